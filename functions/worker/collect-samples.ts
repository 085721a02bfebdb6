import type { Exchange } from '../../shared/measure/instrument.ts';
import { createGapPacker } from '../../shared/metrics/block-gaps.ts';
import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, BatchRecord } from '../../shared/records/records.ts';
import type { Sample, Timeline } from '../../shared/sample/sample.ts';
import type { Lease } from './hold-lease.ts';

/** Maximum number of samples and of output events in a block. */
export const flushAtSamples = 400;
export const flushAtEvents = 40_000;

export type Measured = { sample: Sample; timeline: Timeline | null };

export type SampleCollector = ReturnType<typeof createSampleCollector>;

/**
 * Converts exchanges to samples, one per turn of the event loop, and stores them in blocks. A block counts once the
 * batch record includes it; only the holder of the lease can update the record.
 */
export function createSampleCollector(
  deps: Pick<Deps, 'blocks' | 'clock' | 'config'>,
  claimed: BatchRecord,
  lease: Lease,
  measure: (exchange: Exchange) => Measured,
  onFailure: (error: unknown) => void,
) {
  const { runId, stageIndex, batchIndex, attempt, progress } = claimed;
  const backlog: Exchange[] = [];
  let buffer: Measured[] = [];
  let bufferedEvents = 0;
  const packGaps = createGapPacker();
  let sequence = 0;
  let working: Promise<void> | null = null;
  let writing: Promise<void> = Promise.resolve();
  let waiting: AbortController | null = null;
  let failure: { error: unknown } | null = null;
  let closed = false;

  const fail = (error: unknown) => {
    failure ??= { error };
    onFailure(error);
  };

  const write = async (block: Measured[]) => {
    const timelines = block.flatMap(({ timeline }) => (timeline === null ? [] : [timeline]));
    const key = { runId, stageIndex, batchIndex, attempt, sequence };
    const samples = block.map(({ sample }) => sample);
    await deps.blocks.put(key, samples, timelines, packGaps(samples, timelines));
    sequence += 1;
    const blocks = { ...claimed.blocks, [String(attempt)]: sequence };
    await lease.update({ blocks });
  };

  const flush = () => {
    waiting?.abort();
    waiting = null;
    if (buffer.length === 0) return;
    const block = buffer;
    buffer = [];
    bufferedEvents = 0;
    writing = writing.then(() => (failure === null && !closed ? write(block) : undefined)).catch(fail);
  };

  const flushLater = () => {
    const wait = new AbortController();
    waiting = wait;
    deps.clock.sleep(deps.config.blockFlushMs, wait.signal).then(() => {
      if (!wait.signal.aborted) flush();
    }, fail);
  };

  const keep = (measured: Measured) => {
    countSample(progress, measured.sample);
    buffer.push(measured);
    bufferedEvents += measured.timeline?.outputEventsMs.length ?? 0;
    if (buffer.length >= flushAtSamples || bufferedEvents >= flushAtEvents) flush();
    else if (waiting === null) flushLater();
  };

  const work = async () => {
    for (let exchange = backlog.shift(); exchange !== undefined; exchange = backlog.shift()) {
      keep(measure(exchange));
      await new Promise(setImmediate);
    }
    working = null;
  };

  return {
    progress,
    /** Stops storing and drops what waits: another attempt measures the requests that this worker aborts. */
    close: () => {
      closed = true;
      waiting?.abort();
      backlog.length = 0;
      buffer = [];
    },
    /** Accepts an exchange, which is read and stored later. */
    add: (exchange: Exchange) => {
      if (closed) return;
      backlog.push(exchange);
      working ??= work().catch(fail);
    },
    /** Accepts samples of requests that are never sent. */
    addUnsent: (samples: readonly Sample[]) => {
      if (!closed) for (const sample of samples) keep({ sample, timeline: null });
    },
    /** Resolves when everything is stored; rejects if storing failed. */
    drain: async () => {
      while (working !== null) await working;
      flush();
      await writing;
      if (failure !== null) throw failure.error;
    },
  };
}

/** Adds one sample to the live counters. */
export function countSample(progress: BatchProgress, { warmup, outcome }: Sample): void {
  if (warmup) progress.warmupDone += 1;
  else if (outcome === 'ok') progress.ok += 1;
  else if (outcome === 'canceled') progress.canceled += 1;
  else if (outcome === 'not_sent') progress.notSent += 1;
  else progress.failed += 1;
}
