import { randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import { idPrefixes } from '../ids/ids.ts';
import type { Clock, Ids } from '../ports.ts';

/** Ids of the form `run_01j…`: lower-case ULIDs that grow with time, and within one millisecond of one process too. */
export function createIds(clock: Pick<Clock, 'nowMs'> = { nowMs: () => Date.now() }): Ids {
  const next = monotonicFactory();
  return {
    next: (kind) => `${idPrefixes[kind]}_${next(clock.nowMs()).toLowerCase()}`,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  };
}
