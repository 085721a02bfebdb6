import { loadConfig } from '../../shared/config.ts';
import { composeWorker } from './compose.ts';
import { createWorker } from './run-batch.ts';

/** In the bundle, the modules of the measuring threads are in the same folder as this module. */
const entries = {
  threadEntry: new URL('./measuring-thread.mjs', import.meta.url),
  referenceEntry: new URL('./reference-thread.mjs', import.meta.url),
};

export const handler = createWorker(composeWorker(loadConfig(), entries));
