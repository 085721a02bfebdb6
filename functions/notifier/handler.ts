import { loadConfig } from '../../shared/config.ts';
import { composeNotifier } from './compose.ts';
import { createNotifier } from './notifier.ts';

export const handler = createNotifier(composeNotifier(loadConfig()));
