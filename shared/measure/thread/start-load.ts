import type { PhaseLoad } from '../../load/phase-load.ts';
import type { Load, LoadContext } from '../load/load.ts';
import { runConcurrency } from '../load/run-concurrency.ts';
import { runRate } from '../load/run-rate.ts';
import { runRounds } from '../load/run-rounds.ts';

/** The slots of a closed loop start this far apart, and all of them within half a second. */
const spreadMs = 3;
const maxRampMs = 500;
const maxGuessedStreams = 64;

/** The generator of each mode. */
const generators: { [Mode in PhaseLoad['mode']]: Generator<Extract<PhaseLoad, { mode: Mode }>> } = {
  concurrency: (context, { concurrency, ramp }, startMs) => {
    const { firstMs, spreadMs } = ramp ?? { firstMs: 0, spreadMs: computeSpreadMs(concurrency) };
    return runConcurrency(context, concurrency, { startMs: startMs + firstMs, spreadMs });
  },
  rounds: (context, { concurrency, minPeriodMs }, startMs) =>
    runRounds(context, concurrency, minPeriodMs, { startMs, spreadMs: computeSpreadMs(concurrency) }),
  rate: (context, { dueMs, maxConcurrency, whenFull = 'refuse' }, startMs) =>
    runRate(context, dueMs, { maxConcurrency, whenFull, startMs }),
};
type Generator<Phase extends PhaseLoad> = (context: LoadContext, load: Phase, startMs: number) => Load;

function computeSpreadMs(concurrency: number): number {
  return Math.min(spreadMs, maxRampMs / concurrency);
}

export function startLoad(context: LoadContext, load: PhaseLoad, startMs: number): Load {
  // The mode names the generator of just this load, which TypeScript cannot follow through the table.
  const generate = generators[load.mode] as Generator<PhaseLoad>;
  return generate(context, load, startMs);
}

/**
 * How many streams the load has soon after its start. Of a rate load that is not known before its latencies are: as many
 * as fall due within a second, up to a number that harms no endpoint; more connections are opened when they are needed.
 */
export function countStreamsAtStart(load: PhaseLoad): number {
  if (!('dueMs' in load)) return load.concurrency;
  const firstMs = load.dueMs[0] ?? 0;
  const dueSoon = load.dueMs.filter((dueMs) => dueMs < firstMs + 1_000).length;
  return Math.min(load.maxConcurrency, dueSoon, maxGuessedStreams);
}
