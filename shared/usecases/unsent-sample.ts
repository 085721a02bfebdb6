import { emptySample } from '../domain/empty-sample.ts';
import type { NotSentReason } from '../domain/outcome.ts';
import type { Sample } from '../domain/sample.ts';

/** The sample of a request that no worker sent. */
export function unsentSample(index: number, warmup: boolean, batch: number, notSentReason: NotSentReason): Sample {
  return emptySample({ index, warmup, batch, notSentReason });
}
