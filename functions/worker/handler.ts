import { loadConfig } from '../../shared/config.ts';
import { composeWorker } from './compose.ts';
import { createWorker } from './worker.ts';

/* The entry on Lambda: the instrument's threads are modules beside this one in the bundle. */

const entries = {
  threadEntry: new URL('./measuring-thread.mjs', import.meta.url),
  referenceEntry: new URL('./reference-thread.mjs', import.meta.url),
};

export const handler = createWorker(composeWorker(loadConfig(), entries));
