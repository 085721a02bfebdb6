import { loadConfig } from '../../shared/config.ts';
import { composeDeps } from '../compose-deps.ts';
import { createCoordinator } from './coordinator.ts';

export const handler = createCoordinator(composeDeps(loadConfig()));
