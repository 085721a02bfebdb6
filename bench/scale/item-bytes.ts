import { encodeSamples, encodeTimelines } from '../../shared/adapters/dynamodb/blocks/block-codec.ts';
import { batchKey, countersKey, runKey, stageKey } from '../../shared/adapters/dynamodb/keys.ts';
import { toAttributes } from '../../shared/adapters/dynamodb/record.ts';
import { createGapPacker } from '../../shared/metrics/block-gaps.ts';
import { buildBatch, noProgress } from '../../shared/records/manifest.ts';
import type { BatchRecord, StageRecord } from '../../shared/records/records.ts';
import { createSample, type Sample, type Timeline } from '../../shared/sample/sample.ts';
import type { RunSpec } from '../../shared/spec/run-spec.ts';
import {
  createSeededRandom,
  drawStandardNormal,
  type Random,
} from '../../shared/workload/distributions/seeded-random.ts';

/* Sizes of the items of a run, computed from realistic items with the product's codecs. */

const runId = 'run_01hmbr7z0000000000000000ab';
const atMs = 1_700_000_000_000;

/** Estimates the bytes that DynamoDB counts for a value: names and values, with numbers as text, slightly too large. */
function countBytes(value: unknown): number {
  if (value === undefined) return 0;
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string' || typeof value === 'number') return Buffer.byteLength(String(value));
  if (Array.isArray(value) || value instanceof Set) return [...value].reduce((sum, one) => sum + countBytes(one), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, inner]) => sum + Buffer.byteLength(name) + countBytes(inner), 0);
}

/** Counts the bytes of an active batch's item. */
export function countBatchBytes(): number {
  const record: BatchRecord = {
    ...buildBatch({ runId, stageIndex: 0, batchIndex: 999, queuedAtMs: atMs }),
    status: 'running',
    leaseOwner: 'req_01hmbr7z0000000000000000ab',
    leaseExpiresAtMs: atMs,
    blocks: { '1': 300 },
    progress: { ...noProgress, issued: 10_000, inFlight: 64, ok: 10_000 },
  };
  return countBytes({ ...batchKey(runId, 0, 999), ...toAttributes(record) });
}

/** Counts the bytes of a stage's item with `workers` members in its ready set. */
export function countStageBytes(workers: number): number {
  const ready = new Set(Array.from({ length: workers }, (_, batchIndex) => `0#${batchIndex}`));
  const record: Omit<StageRecord, 'ready'> = { runId, stageIndex: 0, startAtMs: null, stop: null, openedAtMs: atMs };
  return countBytes({ ...stageKey(runId, 0), ...toAttributes(record), ready: workers === 0 ? undefined : ready });
}

/** Counts the bytes of a run's counters. */
export function countCounterBytes(): number {
  return countBytes({ ...countersKey(runId), finishedCount: 1_000_000, failedCount: 10_000, reservedNanoUsd: 1e12 });
}

/** Counts the bytes of a run's item: its spec as JSON and about 20 short fields. */
export function countRunBytes(spec: RunSpec): number {
  const fieldsBytes = 800;
  return countBytes({ ...runKey(runId), spec: { json: JSON.stringify(spec) } }) + fieldsBytes;
}

/** Counts the bytes of a block's three items, with `count` requests of `events` output events each. */
export function countBlockBytes(
  count: number,
  events: number,
  seed: number,
): { samples: number; timelines: number; gaps: number } {
  const random = createSeededRandom(seed, 'block', count, events);
  const made = Array.from({ length: count }, (_, index) => makeRequest(index, events, random));
  const samples = made.map(({ sample }) => sample);
  const timelines = made.map(({ timeline }) => timeline);
  return {
    samples: encodeSamples(samples).length,
    timelines: encodeTimelines(timelines).length,
    gaps: createGapPacker()(samples, timelines).length,
  };
}

/** Draws a good request with a TTFT of 0.5 s and gaps of about 30 ms. */
function makeRequest(index: number, events: number, random: Random): { sample: Sample; timeline: Timeline } {
  const vary = (ms: number, share: number) => ms * Math.max(0.1, 1 + share * drawStandardNormal(random));
  const startMs = 10_000 + vary(2_000, 0.5);
  const outputEventsMs = [startMs + vary(500, 0.2)];
  for (let event = 1; event < events; event++) outputEventsMs.push((outputEventsMs.at(-1) ?? 0) + vary(30, 0.3));
  const firstMs = outputEventsMs[0] ?? startMs;
  const lastMs = outputEventsMs.at(-1) ?? startMs;
  const usage = { inputTokens: 560, outputTokens: events, cachedTokens: null, reasoningTokens: null };
  const sample = createSample({
    requestIndex: index,
    batchIndex: 999,
    attempt: 1,
    outcome: 'ok',
    originWallMs: atMs,
    dueMs: startMs,
    startMs,
    sentMs: startMs + vary(0.2, 0.3),
    headersMs: firstMs - vary(1, 0.3),
    firstReadMs: firstMs,
    firstOutputMs: firstMs,
    firstAnswerMs: firstMs,
    lastOutputMs: lastMs,
    endMs: lastMs + vary(1, 0.3),
    connection: { reused: true, dnsMs: null, connectMs: null, tlsMs: null },
    httpStatus: 200,
    finishReason: 'stop',
    requestedOutputTokens: Math.round(vary(150, 0.13)),
    requestedInputTokens: Math.round(vary(550, 0.27)),
    inputTokens: Math.round(vary(550, 0.27)),
    outputTokens: events,
    usage,
    checksum: 'ok',
    checksumAnyOk: true,
    expectedNumber: 1_234,
    answerNumber: 1_234,
    linesFromInput: 1,
    outputEvents: events,
    reads: events,
    bytes: Math.round(vary(40_000, 0.1)),
  });
  return { sample, timeline: { requestIndex: index, outputEventsMs } };
}
