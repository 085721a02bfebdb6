import type { Deps } from '../../shared/ports.ts';
import { supervise } from './supervise.ts';

/** The door for the scheduled event: what it says does not matter, only that it came. */
export function createSupervisor(deps: Deps): () => Promise<void> {
  return () => supervise(deps);
}
