import { loadConfig } from '../../shared/config.ts';
import { composeWorker } from './compose.ts';
import { createWorker } from './run-batch.ts';

/** The instrument's threads are modules in the same folder of the bundle. */
const entries = {
  threadEntry: new URL('./measuring-thread.mjs', import.meta.url),
  referenceEntry: new URL('./reference-thread.mjs', import.meta.url),
};

export const handler = createWorker(composeWorker(loadConfig(), entries));
