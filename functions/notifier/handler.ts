import { loadConfig } from '../../shared/config.ts';
import { composeDeps } from '../compose-deps.ts';
import { createNotifier } from './notifier.ts';

export const handler = createNotifier(composeDeps(loadConfig()));
