import type { Exchange } from './instrument.ts';

/**
 * How late the instrument itself was with a request, in ms: start − due, less what opening a connection for it took, which
 * is up to the network and the target. Null: it was never sent. 0 in a closed loop, where a request is due when it starts.
 */
export function ownSlipMs({ dueMs, startMs, openingMs }: Exchange): number | null {
  return startMs === null ? null : Math.max(0, startMs - dueMs - openingMs);
}
