import { expect, it } from 'vitest';
import { readDocuments } from '../../../../functions/api/documents/read-documents.ts';

it('makes the page at its first use, once, and whole where the documents are bundled', () => {
  const documents = readDocuments();
  expect(Object.getOwnPropertyDescriptor(documents, 'docs')?.get).toBeTypeOf('function');
  const { docs } = documents;
  expect(docs.html).toContain('/v1/runs');
  expect(documents.docs).toBe(docs);
  expect(JSON.parse(JSON.stringify(documents))).toEqual({ openapiYaml: documents.openapiYaml, docs });
});
