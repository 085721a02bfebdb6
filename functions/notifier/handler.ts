import { loadConfig } from '../../shared/config.ts';
import { composeNotifier } from './compose.ts';
import { createNotifier } from './deliver-webhook.ts';

export const handler = createNotifier(composeNotifier(loadConfig()));
