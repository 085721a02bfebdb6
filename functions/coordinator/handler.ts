import { loadConfig } from '../../shared/config.ts';
import { composeCoordinator } from './compose.ts';
import { createCoordinator } from './coordinator.ts';

export const handler = createCoordinator(composeCoordinator(loadConfig()));
