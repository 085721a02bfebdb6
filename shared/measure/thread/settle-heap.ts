import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects what loading and warming up have left, twice: what lives is then in the old generation, and the old generation
 * is marked. Otherwise both happen a second or so into the load, where they cost pauses of up to 15 ms.
 */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect !== 'function') return;
  collect();
  collect();
}
