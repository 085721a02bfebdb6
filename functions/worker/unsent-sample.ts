import { emptySample } from '../../shared/sample/empty-sample.ts';
import type { NotSentReason } from '../../shared/sample/outcome.ts';
import type { Sample } from '../../shared/sample/sample.ts';

/** The sample of a request that no worker sent. */
export function unsentSample(index: number, warmup: boolean, batchIndex: number, notSentReason: NotSentReason): Sample {
  return emptySample({ requestIndex: index, warmup, batchIndex, notSentReason });
}
