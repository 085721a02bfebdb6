import type { BatchRecord } from './records.ts';

/**
 * How often a batch has now failed in a row, its present attempt having just been lost or given up. An attempt that
 * stored samples starts the count anew: a batch that gets on is never given up, one that does not soon is.
 */
export function countFailures({
  failures,
  blocks,
  attempt,
}: Pick<BatchRecord, 'failures' | 'blocks' | 'attempt'>): number {
  const gotOn = (blocks[String(attempt)] ?? 0) > 0;
  return gotOn ? 1 : failures + 1;
}
