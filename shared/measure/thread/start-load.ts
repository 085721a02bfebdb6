import type { PhaseLoad } from '../instrument.ts';
import type { Load, LoadContext, LoadOptions } from '../load/load.ts';
import { runConcurrency } from '../load/run-concurrency.ts';
import { runRate } from '../load/run-rate.ts';
import { runRounds } from '../load/run-rounds.ts';

/** The slots of a closed loop start this far apart, and all of them within half a second. */
const spreadMs = 3;
const maxRampMs = 500;
const maxGuessedStreams = 64;

export function startLoad(context: LoadContext, load: PhaseLoad, startMs: number): Load {
  if (load.mode === 'rate') {
    const { dueMs, maxConcurrency, whenFull = 'refuse' } = load;
    return runRate(context, dueMs, { maxConcurrency, whenFull, startMs });
  }
  const { concurrency } = load;
  const options: LoadOptions = { startMs, spreadMs: Math.min(spreadMs, maxRampMs / concurrency) };
  if (load.mode === 'concurrency') {
    const { firstMs, spreadMs } = load.ramp ?? { firstMs: 0, spreadMs: options.spreadMs };
    return runConcurrency(context, concurrency, { startMs: startMs + firstMs, spreadMs });
  }
  return runRounds(context, concurrency, load.minPeriodMs, options);
}

/**
 * How many streams the load has soon after its start. Of a rate load that is not known before its latencies are: as many
 * as fall due within a second, up to a number that harms no endpoint; more connections are opened when they are needed.
 */
export function streamsAtStart(load: PhaseLoad): number {
  if (load.mode !== 'rate') return load.concurrency;
  const firstMs = load.dueMs[0] ?? 0;
  const dueSoon = load.dueMs.filter((dueMs) => dueMs < firstMs + 1_000).length;
  return Math.min(load.maxConcurrency, dueSoon, maxGuessedStreams);
}
