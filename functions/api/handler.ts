import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { loadConfig } from '../../shared/config.ts';
import { createEventHandler } from './answer-event.ts';
import { createApi } from './app.ts';
import { type ApiDeps, composeApi } from './compose.ts';
import { type ApiDocuments, renderedDocumentsSchema } from './http/operation.ts';

/** Entry point of the API on Lambda. The build stores the OpenAPI document and its HTML page next to the bundle. */

const packed = readFileSync(new URL('./documents.json.br', import.meta.url));
const rendered = renderedDocumentsSchema.parse(JSON.parse(brotliDecompressSync(packed).toString('utf8')));
const documents: ApiDocuments = {
  openapiYaml: rendered.openapiYaml,
  readJson: async () => rendered.openapiJson,
  read30Json: async () => rendered.openapi30Json,
  readDocs: async () => rendered.docs,
};

const deps: ApiDeps = {
  ...composeApi(loadConfig()),
  // Lambda isolates requests from each other, so a file needs no thread of its own.
  readParquet: async (...file) => {
    const { readParquet } = await import('../../shared/workload/datasets/encodings/parquet/read-parquet.ts');
    return readParquet(...file);
  },
};

export const handler = createEventHandler(createApi(deps, documents));
