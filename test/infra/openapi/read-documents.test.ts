import { expect, it } from 'vitest';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';
import { renderDocuments } from '../../../infra/openapi/render-documents.ts';

it('renders every form once, on another thread', async () => {
  const documents = readDocuments();
  const [openapiJson, openapi30Json, docs, again] = await Promise.all([
    documents.readJson(),
    documents.read30Json(),
    documents.readDocs(),
    documents.readDocs(),
  ]);
  expect(docs.html).toContain('/v1/runs');
  expect(again).toBe(docs);
  expect({ openapiYaml: documents.openapiYaml, openapiJson, openapi30Json, docs }).toEqual(renderDocuments());
});
