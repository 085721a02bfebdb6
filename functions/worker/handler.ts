import { loadConfig } from '../../shared/config.ts';
import { composeWorker } from './compose.ts';
import { createWorker } from './run-batch.ts';

/** The bundle stores the modules of the measuring threads in the same folder. */
const entries = {
  threadEntry: new URL('./measuring-thread.mjs', import.meta.url),
  referenceEntry: new URL('./reference-thread.mjs', import.meta.url),
};

export const handler = createWorker(composeWorker(loadConfig(), entries));
