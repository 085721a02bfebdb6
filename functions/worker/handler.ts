import { loadConfig } from '../../shared/config.ts';
import { composeDeps } from '../compose-deps.ts';
import { createWorker } from './worker.ts';

export const handler = createWorker(composeDeps(loadConfig()));
