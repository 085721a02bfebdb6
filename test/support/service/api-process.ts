import { createApi } from '../../../functions/api/app.ts';
import { composeApi } from '../../../functions/api/compose.ts';
import { createApiThreads } from '../../../functions/api/threads/create-threads.ts';
import { listenForApi } from '../../../infra/local/listen-for-api.ts';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';
import { loadConfig } from '../../../shared/config.ts';
import { startHoldProbe } from './hold-probe.ts';

/* Runs only the API in a process, and measures for how long a request holds the process's event loop. */

const config = loadConfig();
const deps = composeApi(config);
const api = await listenForApi(0);
const threads = createApiThreads(config);
api.serve(createApi(deps, readDocuments(), threads).fetch);
const probe = startHoldProbe();
process.on('message', () => process.send?.({ heldMs: probe.read() }));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: api.port });
