import type { SupervisorDeps } from './compose.ts';
import { supervise } from './supervise.ts';

/** The door for the scheduled event: what it says does not matter, only that it came. */
export function createSupervisor(deps: SupervisorDeps): () => Promise<void> {
  return () => supervise(deps);
}
