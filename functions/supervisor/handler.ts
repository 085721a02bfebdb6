import { loadConfig } from '../../shared/config.ts';
import { composeDeps } from '../compose-deps.ts';
import { createSupervisor } from './supervisor.ts';

export const handler = createSupervisor(composeDeps(loadConfig()));
