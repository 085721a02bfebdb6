import type { Exchange } from '../../shared/measure/instrument.ts';
import { createGapPacker } from '../../shared/metrics/block-gaps.ts';
import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, BatchRecord } from '../../shared/records/records.ts';
import { isFailure } from '../../shared/sample/outcome.ts';
import type { Sample, Timeline } from '../../shared/sample/sample.ts';
import type { Lease } from './hold-lease.ts';

/** A block is written at the latest when it holds this many samples, or this many output events. */
export const flushAtSamples = 400;
export const flushAtEvents = 40_000;

export type Measured = { sample: Sample; timeline: Timeline | null };

export type SampleCollector = {
  /** Takes an exchange; it is read and stored later, off the instrument's thread. */
  add(exchange: Exchange): void;
  /** Takes samples of requests that are not to be sent. */
  addUnsent(samples: readonly Sample[]): void;
  /** Resolves when all that was added is stored; rejects where storing failed for good. */
  drain(): Promise<void>;
  /** Takes and stores nothing from here on: what an abort of ours has cut short is for another attempt to measure. */
  close(): void;
  progress: BatchProgress;
};

/**
 * Turns exchanges into samples, one at a time between turns of the event loop, and writes them in blocks. A block counts
 * once the batch record says so, in an update that only the holder of the lease can make.
 */
export function createSampleCollector(
  deps: Pick<Deps, 'blocks' | 'clock' | 'config'>,
  claimed: BatchRecord,
  lease: Lease,
  measure: (exchange: Exchange) => Measured,
  onFailure: (error: unknown) => void,
): SampleCollector {
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
    close: () => {
      closed = true;
      waiting?.abort();
      backlog.length = 0;
      buffer = [];
    },
    add: (exchange) => {
      if (closed) return;
      backlog.push(exchange);
      working ??= work().catch(fail);
    },
    addUnsent: (samples) => {
      if (!closed) for (const sample of samples) keep({ sample, timeline: null });
    },
    drain: async () => {
      while (working !== null) await working;
      flush();
      await writing;
      if (failure !== null) throw failure.error;
    },
  };
}

/** Adds one sample to the live counters. */
export function countSample(progress: BatchProgress, sample: Sample): void {
  if (sample.warmup) {
    progress.warmupDone += 1;
    return;
  }
  if (sample.outcome === 'ok') progress.ok += 1;
  else if (sample.outcome === 'canceled') progress.canceled += 1;
  else if (sample.outcome === 'not_sent') progress.notSent += 1;
  else if (isFailure(sample.outcome)) progress.failed += 1;
}
