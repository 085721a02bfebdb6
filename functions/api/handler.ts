import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { handle } from 'hono/aws-lambda';
import { loadConfig } from '../../shared/config.ts';
import { composeDeps } from '../compose-deps.ts';
import { createApi } from './app.ts';
import type { ApiDocuments } from './http/api-env.ts';

/* The entry on Lambda: the contract and its page were rendered when the bundle was built, and lie beside it. */

const packed = readFileSync(new URL('./documents.json.gz', import.meta.url));
const documents: ApiDocuments = JSON.parse(gunzipSync(packed).toString('utf8'));

// Every answer is text: in base64 it would be a third larger, and Lambda's limit of 6 MB counts that.
export const handler = handle(createApi(composeDeps(loadConfig()), documents), { isContentTypeBinary: () => false });
