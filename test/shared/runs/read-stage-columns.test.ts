import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeColumns, encodeSamples } from '../../../shared/adapters/dynamodb/blocks/block-codec.ts';
import { listMeasuredIndices, listWarmupIndices, planRun } from '../../../shared/plan/plan-run.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { BatchRecord } from '../../../shared/records/records.ts';
import { readStageColumns, readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import { notSentReasons } from '../../../shared/sample/outcome.ts';
import { copySample, createUnsentSample, type Sample } from '../../../shared/sample/sample.ts';
import { makeFailure, makeOk, makeSpec } from '../../support/factories/sample-factory.ts';

const requests = 20;
const loads = {
  concurrency: { mode: 'concurrency' as const, stages: [{ concurrency: 5, requests }], warmupRequests: 3 },
  rate: { mode: 'rate' as const, stages: [{ requestsPerSecond: 50, requests }], maxConcurrency: 6, warmupRequests: 2 },
};

/** Builds blocks of a batch with samples of its requests, foreign requests and differing duplicates. */
const blocksArbitrary = fc.array(
  fc.array(fc.record({ index: fc.nat(requests + 4), kind: fc.nat(3), atMs: fc.nat(50_000) }), { maxLength: 8 }),
  { maxLength: 3 },
);

function makeIndexedSample(
  { index, kind, atMs }: { index: number; kind: number; atMs: number },
  batchIndex: number,
): Sample {
  const own = { requestIndex: index, batchIndex, warmup: index >= requests };
  if (kind === 0) return makeFailure(atMs, 40, own);
  if (kind === 1) return { ...makeOk({ startMs: atMs, ttftMs: 9, e2eMs: 90 }, own), recorded: { ttft_s: atMs } };
  const said = {
    checksum: 'mismatch',
    expectedNumber: atMs,
    answerNumber: 7,
    conversationIndex: index,
    turn: kind,
  } as const;
  return makeOk({ startMs: atMs, ttftMs: 9, e2eMs: 90 }, { ...own, ...said, finishReason: `end ${atMs % 3}` });
}

it('returns each planned request once, batch by batch, and unsent requests with the reason', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('concurrency' as const, 'rate' as const),
      fc.array(
        fc.record({
          blocks: blocksArbitrary,
          reason: fc.option(fc.constantFrom(...notSentReasons)),
          isDamaged: fc.boolean(),
        }),
        {
          maxLength: 4,
        },
      ),
      fc.constantFrom(null, 'run_canceled' as const),
      async (load, stored, stop) => {
        const [stage] = planRun(makeSpec({ load: loads[load] }), { maxStreamsPerWorker: 2 });
        if (stage === undefined) throw new Error('the plan has no stage');
        const blocks = stored.map((own, batchIndex) =>
          own.blocks.map((block) => block.map((each) => makeIndexedSample(each, batchIndex))),
        );
        // The fakes have only the fields that the functions read.
        const records = stored.map(({ reason }, batchIndex) => ({
          batchIndex,
          blocks: { '1': 1 },
          notSentReason: reason,
        })) as unknown as BatchRecord[];
        const deps = {
          batches: { list: async () => records },
          blocks: {
            async *readColumns(_run: string, _stage: number, batchIndex: number) {
              for (const block of blocks[batchIndex] ?? []) yield decodeColumns(encodeSamples(block));
              if (stored[batchIndex]?.isDamaged === true) yield null;
            },
          },
        } as unknown as Deps;
        const expected = stage.batches.map((batch) => {
          const { batchIndex } = batch;
          const found = new Map(
            (blocks[batchIndex] ?? [])
              .flat()
              .toReversed()
              .map((each) => [each.requestIndex, each]),
          );
          const own = stored[batchIndex];
          const reason = own?.isDamaged === true ? 'block_damaged' : (own?.reason ?? stop ?? 'worker_lost');
          const find = (index: number, warmup: boolean) =>
            found.get(index) ?? createUnsentSample(index, warmup, batchIndex, reason);
          return [
            ...listMeasuredIndices(batch).map((index) => find(index, false)),
            ...listWarmupIndices(batch).map((index) => find(index, true)),
          ];
        });
        const run = { runId: 'run_1', stop };
        const batches: Sample[][] = [];
        for await (const batch of readStageSamples(deps, run, stage)) batches.push(batch.map(copySample));
        expect(batches).toEqual(expected);
        const samples = await readStageColumns(deps, run, stage, records);
        expect(samples.map(copySample)).toEqual(expected.flat());
      },
    ),
  );
});
