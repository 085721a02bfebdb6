import { createGapPacker } from '../../../shared/metrics/block-gaps.ts';
import { type BatchPlan, listMeasuredIndices, planRun } from '../../../shared/plan/plan-run.ts';
import type { Stores } from '../../../shared/ports.ts';
import { buildBatch, buildRun, noProgress } from '../../../shared/records/manifest.ts';
import type { BatchRecord, RunRecord } from '../../../shared/records/records.ts';
import type { Sample, Timeline } from '../../../shared/sample/sample.ts';
import type { RunSpec } from '../../../shared/spec/run-spec.ts';
import { makeOk, makeRandom, makeSpec, quietNote, wallMs } from './sample-factory.ts';

/** A worker writes a block at this number of samples or output events, or some time after its first sample. */
const blockSamples = 400;
const blockEvents = 40_000;
const writesAtOnce = 16;

export const runId = 'run_01hma0000000000000000000aa';

/**
 * Writes a run with one target and one stage whose batches have ended, as its workers would.
 * @param flushMs time after the first sample of a block at which a worker writes it
 */
export async function fillRun(stores: Stores, requests: number, flushMs: number, onBlock: () => void): Promise<void> {
  const concurrency = Math.min(requests, 6_400);
  const spec = makeSpec({
    targets: [
      { pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1, currency: 'USD', asOf: '2023-11-01' } },
    ],
    slos: [{ metric: 'ttftMs', max: 700 }],
    load: { mode: 'concurrency', stages: [{ concurrency, requests }], warmupRequests: 0 },
  });
  const run = buildFinalizingRun(spec);
  const [stage] = planRun(spec, run);
  if (stage === undefined) throw new Error('The run has no stage.');
  await stores.runs.create(run);
  await stores.stages.open({ runId, stageIndex: 0, openedAtMs: wallMs });
  await stores.stages.agreeStart(runId, 0, wallMs);
  const queue = [...stage.batches];
  const fill = async () => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift())
      await fillBatch(stores, batch, flushMs, onBlock);
  };
  await Promise.all(Array.from({ length: writesAtOnce }, fill));
}

async function fillBatch(stores: Stores, batch: BatchPlan, flushMs: number, onBlock: () => void): Promise<void> {
  const random = makeRandom(batch.batchIndex + 1);
  const freeAtMs = Array.from({ length: batch.concurrency }, (_, slot) => slot * 3);
  const packGaps = createGapPacker();
  let sequence = 0;
  let block: Drawn[] = [];
  let events = 0;
  const flush = async () => {
    const key = { runId, stageIndex: 0, batchIndex: batch.batchIndex, attempt: 1, sequence };
    const samples = block.map(({ sample }) => sample);
    const timelines = block.map(({ timeline }) => timeline);
    await stores.blocks.put(key, samples, timelines, packGaps(samples, timelines));
    sequence += 1;
    block = [];
    events = 0;
    onBlock();
  };
  const drawn = listMeasuredIndices(batch).map((index, nth) => {
    const slot = nth % batch.concurrency;
    const measured = drawRequest(index, batch.batchIndex, freeAtMs[slot] ?? 0, random);
    freeAtMs[slot] = findEnd(measured) + 0.4;
    return measured;
  });
  for (const measured of drawn.sort((a, b) => findEnd(a) - findEnd(b))) {
    const [first] = block;
    if (first !== undefined && findEnd(measured) - findEnd(first) > flushMs) await flush();
    block.push(measured);
    events += measured.timeline.outputEventsMs.length;
    if (block.length >= blockSamples || events >= blockEvents) await flush();
  }
  if (block.length > 0) await flush();
  await stores.batches.create({ ...buildEndedBatch(batch), blocks: { '1': sequence } });
}

type Drawn = { sample: Sample; timeline: Timeline };
const findEnd = ({ sample }: Drawn) => sample.endMs ?? 0;

/** Draws an answer with one token per chunk and gaps of about 27 ms with a long tail. */
function drawRequest(index: number, batchIndex: number, startMs: number, random: () => number): Drawn {
  const inputTokens = 100 + Math.floor(random() * 900);
  const outputTokens = 100 + Math.floor(random() * 100);
  const outputEventsMs = [startMs + 300 + 0.5 * inputTokens + 80 * random()];
  for (let event = 1; event < outputTokens; event++)
    outputEventsMs.push((outputEventsMs[event - 1] ?? 0) + 22 + 10 * random() - 4 * Math.log(1 - random()));
  const times = {
    startMs,
    ttftMs: (outputEventsMs[0] ?? 0) - startMs,
    e2eMs: (outputEventsMs.at(-1) ?? 0) - startMs,
  };
  const sample = makeOk(times, { requestIndex: index, batchIndex, inputTokens, outputTokens });
  return { sample, timeline: { requestIndex: index, outputEventsMs } };
}

function buildFinalizingRun(spec: RunSpec): RunRecord {
  const tenantId = 'ten_01hma0000000000000000000aa';
  return {
    ...buildRun({ runId, tenantId, spec, maxStreamsPerWorker: 64, createdAtMs: wallMs }),
    status: 'finalizing',
    groupIndex: 1,
    startedAtMs: wallMs,
    finalizeSentAtMs: wallMs,
  };
}

function buildEndedBatch({ batchIndex, count }: BatchPlan): BatchRecord {
  const { batchIndex: _batchIndex, ...note } = quietNote;
  return {
    ...buildBatch({ runId, stageIndex: 0, batchIndex, queuedAtMs: wallMs }),
    status: 'done',
    progress: { ...noProgress, issued: count, ok: count },
    attempts: [note],
  };
}
