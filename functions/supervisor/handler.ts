import { loadConfig } from '../../shared/config.ts';
import { composeSupervisor } from './compose.ts';
import { createSupervisor } from './supervisor.ts';

export const handler = createSupervisor(composeSupervisor(loadConfig()));
