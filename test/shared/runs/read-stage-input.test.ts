import { zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { decodeColumns, encodeSamples } from '../../../shared/adapters/dynamodb/blocks/block-codec.ts';
import { createGapPacker, listGaps, unpackGaps } from '../../../shared/metrics/block-gaps.ts';
import { addGaps, createGapSketch, maxRawGaps, summarizeGaps } from '../../../shared/metrics/chunk-gaps.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import type { Deps } from '../../../shared/ports.ts';
import { readStageInput } from '../../../shared/runs/read-stage-input.ts';
import type { Sample, Timeline } from '../../../shared/sample/sample.ts';
import { makeFailure, makeOk, makeSpec } from '../../support/factories/sample-factory.ts';

type Block = { samples: Sample[]; timelines: Timeline[]; gaps: Uint8Array };

const spec = makeSpec({
  load: { mode: 'concurrency', stages: [{ concurrency: 3, requests: 12 }], warmupRequests: 0 },
});
const plan = planRun(spec, { maxStreamsPerWorker: 1 });

/** A request with more gaps than are stored individually. Its timeline represents them. */
function makeRequest(index: number, isGood = true): { sample: Sample; timeline: Timeline } {
  const sample = makeOk({ startMs: index, ttftMs: 10, e2eMs: 90 }, { requestIndex: index, outputEvents: maxRawGaps });
  const outputEventsMs = [0, 10 + index, 40 + 3 * index, 41 + 3 * index];
  return {
    sample: isGood ? sample : makeFailure(index, 90, { requestIndex: index }),
    timeline: { requestIndex: index, outputEventsMs },
  };
}

function makeBlocks(...blocks: ReturnType<typeof makeRequest>[][]): Block[] {
  const pack = createGapPacker();
  return blocks.map((block) => {
    const samples = block.map(({ sample }) => sample);
    const timelines = block.map(({ timeline }) => timeline);
    return { samples, timelines, gaps: pack(samples, timelines) };
  });
}

/** The blocks of each batch, by attempt. */
function makeStores(batches: Record<string, Block[]>[]) {
  const read = { timelines: 0, gaps: 0 };
  const of = (batchIndex: number, counted: Record<string, number>, from: Record<string, number> = {}) =>
    Object.entries(counted).flatMap(([attempt, count]) =>
      (batches[batchIndex]?.[attempt] ?? []).slice(from[attempt] ?? 0, count),
    );
  const deps = {
    batches: {
      list: async () =>
        batches.map((own, batchIndex) => ({
          batchIndex,
          blocks: Object.fromEntries(Object.entries(own).map(([attempt, blocks]) => [attempt, blocks.length])),
          notSentReason: null,
          attempts: [],
          failure: null,
        })),
    },
    stages: { get: async () => null },
    blocks: {
      async *readColumns(_run: string, _stage: number, batchIndex: number, counted: Record<string, number>) {
        for (const { samples } of of(batchIndex, counted)) yield decodeColumns(encodeSamples(samples));
      },
      async *readTimelines(_run: string, _stage: number, batchIndex: number, counted: Record<string, number>) {
        for (const { timelines } of of(batchIndex, counted)) {
          read.timelines += 1;
          yield timelines;
        }
      },
      async *readGaps(
        _run: string,
        _stage: number,
        batchIndex: number,
        counted: Record<string, number>,
        from?: Record<string, number>,
      ) {
        for (const { gaps } of of(batchIndex, counted, from)) {
          read.gaps += 1;
          yield gaps;
        }
      },
    },
    // The fake has only the methods that the function calls.
  } as unknown as Deps;
  return { deps, read };
}

it('reads the gaps of a batch from the sketch of its last block, or from timelines if the sketch is not valid', async () => {
  const whole = makeBlocks([makeRequest(0), makeRequest(1, false)], [makeRequest(2)], [makeRequest(3)]);
  const interrupted = {
    '1': makeBlocks([makeRequest(4), makeRequest(5)]),
    '2': makeBlocks([makeRequest(5), makeRequest(6)]),
  };
  // Older blocks: each sketch contains only the gaps of its own block.
  const older = makeBlocks([makeRequest(8)], [makeRequest(9)]).map((block) => ({
    ...block,
    gaps: withoutCount(block.gaps),
  }));
  const { deps, read } = makeStores([{ '1': whole }, interrupted, { '1': older }]);
  const [stage] = plan;
  if (stage === undefined) throw new Error('the plan has no stage');
  const { chunkGapsMs } = await readStageInput(deps, { runId: 'run_1', stop: null }, plan, stage);
  const expected = createGapSketch();
  addGaps(expected, listGaps([0, 2, 3, 4, 5, 6, 8, 9].map((index) => makeRequest(index).timeline)));
  const { mean, stddev, ...rest } = summarizeGaps(expected, 'none');
  const actual = summarizeGaps(chunkGapsMs, 'none');
  expect(actual).toMatchObject(rest);
  expect(actual.mean).toBeCloseTo(mean ?? 0, 9);
  expect(actual.stddev).toBeCloseTo(stddev ?? 0, 9);
  expect(read).toEqual({ gaps: 2, timelines: 4 });
});

it('reports the samples of damaged blocks as a failure that says how many are lost', async () => {
  const { deps } = makeStores([{ '1': makeBlocks([makeRequest(0)]) }]);
  deps.blocks.readColumns = async function* () {
    yield null;
  };
  const [stage] = plan;
  if (stage === undefined) throw new Error('the plan has no stage');
  const { failures, samples } = await readStageInput(deps, { runId: 'run_1', stop: null }, plan, stage);
  expect(failures).toEqual([{ code: 'block_damaged', message: expect.stringContaining('12 samples are lost') }]);
  expect(samples.map(({ notSentReason }) => notSentReason)).toEqual(Array(12).fill('block_damaged'));
});

function withoutCount(packed: Uint8Array): Uint8Array {
  const { gaps } = unpackGaps(packed);
  const { zeros, min, max, relativeAccuracy, buckets } = gaps.sketch;
  const sketch = { relativeAccuracy, zeros, min, max, buckets: [...buckets].sort(([a], [b]) => a - b) };
  return new Uint8Array(zstdCompressSync(JSON.stringify({ sketch, moments: gaps.moments })));
}
