import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { handle } from 'hono/aws-lambda';
import { loadConfig } from '../../shared/config.ts';
import { createApi } from './app.ts';
import { composeApi } from './compose.ts';
import { apiDocumentsSchema } from './http/api-env.ts';

/* The entry on Lambda. The contract and its page are rendered with the bundle, into a file next to it. */

const packed = readFileSync(new URL('./documents.json.gz', import.meta.url));
const documents = apiDocumentsSchema.parse(JSON.parse(gunzipSync(packed).toString('utf8')));

// Every answer is text: in base64 it would be a third larger, and Lambda's limit of 6 MB counts that.
export const handler = handle(createApi(composeApi(loadConfig()), documents), { isContentTypeBinary: () => false });
