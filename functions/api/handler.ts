import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { handle } from 'hono/aws-lambda';
import { loadConfig } from '../../shared/config.ts';
import { createApi } from './app.ts';
import { composeApi } from './compose.ts';
import { apiDocumentsSchema } from './http/operation.ts';

/* The entry point on Lambda. The build renders the OpenAPI document and its page into a file next to the bundle. */

const packed = readFileSync(new URL('./documents.json.gz', import.meta.url));
const documents = apiDocumentsSchema.parse(JSON.parse(gunzipSync(packed).toString('utf8')));

// Base64 would enlarge text by a third and count toward Lambda's 6 MB response limit.
export const handler = handle(createApi(composeApi(loadConfig()), documents), { isContentTypeBinary: () => false });
