import { randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import { idPrefixes } from '../ids/ids.ts';
import type { Clock, Ids } from '../ports.ts';

/** Creates ids such as `run_01j…`: lowercase ULIDs that increase over time, even within one ms in the same process. */
export function createIds(clock: Pick<Clock, 'nowMs'> = { nowMs: () => Date.now() }): Ids {
  const next = monotonicFactory();
  return {
    next: (kind) => `${idPrefixes[kind]}_${next(clock.nowMs()).toLowerCase()}`,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  };
}
