import { loadConfig } from '../../shared/config.ts';
import { composeFinalizer } from './compose.ts';
import { createFinalizer } from './finalize-run.ts';

export const handler = createFinalizer(composeFinalizer(loadConfig()));
