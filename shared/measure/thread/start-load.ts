import type { PhaseLoad } from '../../load/modes/load-mode.ts';
import type { Load, LoadContext } from '../load/load.ts';
import { runConcurrency } from '../load/run-concurrency.ts';
import { runRate } from '../load/run-rate.ts';
import { runRounds } from '../load/run-rounds.ts';

/** Time between the starts of two slots of a closed loop; all start within `maxRampMs`. */
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
  // The mode selects the generator of this load's type, which TypeScript cannot infer from the table.
  const generate = generators[load.mode] as Generator<PhaseLoad>;
  return generate(context, load, startMs);
}

/**
 * Counts the streams that the load has soon after its start. For a rate load this is an estimate: the requests due
 * within a second, up to a harmless limit. More connections open when they are needed.
 */
export function countStreamsAtStart(load: PhaseLoad): number {
  if (!('dueMs' in load)) return load.concurrency;
  const firstMs = load.dueMs[0] ?? 0;
  const dueSoon = load.dueMs.filter((dueMs) => dueMs < firstMs + 1_000).length;
  return Math.min(load.maxConcurrency, dueSoon, maxGuessedStreams);
}
