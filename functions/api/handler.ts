import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { handle } from 'hono/aws-lambda';
import { loadConfig } from '../../shared/config.ts';
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

/** Matches media types that are not text. */
const binary = /^application\/(?:zip|octet-stream|vnd\.apache\.parquet)/;

// Text is sent as text: base64 would make it a third larger, and Lambda limits responses to 6 MB. Compressed responses
// are always sent in base64.
const deps: ApiDeps = {
  ...composeApi(loadConfig()),
  // Lambda isolates requests from each other, so a file needs no thread of its own.
  readParquet: async (...file) => {
    const { readParquet } = await import('../../shared/workload/datasets/encodings/parquet/read-parquet.ts');
    return readParquet(...file);
  },
};

export const handler = handle(createApi(deps, documents), {
  isContentTypeBinary: (type) => binary.test(type),
});
