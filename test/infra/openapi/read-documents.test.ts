import { expect, it } from 'vitest';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';

it('renders the page once on first use, and completely for bundled documents', () => {
  const documents = readDocuments();
  expect(Object.getOwnPropertyDescriptor(documents, 'docs')?.get).toBeTypeOf('function');
  const { docs } = documents;
  expect(docs.html).toContain('/v1/runs');
  expect(documents.docs).toBe(docs);
  const { openapiYaml, openapiJson, openapi30Json } = documents;
  expect(JSON.parse(JSON.stringify(documents))).toEqual({ openapiYaml, openapiJson, openapi30Json, docs });
});
