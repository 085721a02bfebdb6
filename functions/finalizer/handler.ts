import { loadConfig } from '../../shared/config.ts';
import { composeDeps } from '../compose-deps.ts';
import { createFinalizer } from './finalizer.ts';

export const handler = createFinalizer(composeDeps(loadConfig()));
