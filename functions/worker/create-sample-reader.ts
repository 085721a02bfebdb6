import type { StagePlan } from '../../shared/plan/plan-run.ts';
import type { Deps } from '../../shared/ports.ts';
import type { BatchRecord } from '../../shared/records/records.ts';
import type { Sample } from '../../shared/sample/sample.ts';

/**
 * Reads a stage while it runs: each call gives the samples that the batches have stored since the one before, each request
 * once. What was read is kept as a count for each batch and a bit for each request.
 */
export function createSampleReader(
  deps: Pick<Deps, 'blocks'>,
  runId: string,
  { stageIndex, requests, warmup }: Pick<StagePlan, 'stageIndex' | 'requests' | 'warmup'>,
): (batches: readonly BatchRecord[]) => AsyncGenerator<Sample> {
  const read = new Map<number, Record<string, number>>();
  const seen = new Uint8Array(requests + warmup);
  return async function* (batches) {
    for (const { batchIndex, blocks } of batches) {
      for await (const block of deps.blocks.readSamples(runId, stageIndex, batchIndex, blocks, read.get(batchIndex)))
        for (const sample of block) {
          // An index stands in two blocks where a lost worker's block was adopted late.
          if (seen[sample.requestIndex] === 1) continue;
          seen[sample.requestIndex] = 1;
          yield sample;
        }
      read.set(batchIndex, { ...read.get(batchIndex), ...blocks });
    }
  };
}
