import type { Scenario, Simulated } from './scenario.ts';

/** What a simulated stage shows; ms, and seconds of workers. */
export type StageFigures = {
  /** From the opening of the stage to the last worker's load: all streams are there. */
  fullLoadMs: number;
  /** Between the first worker's start of its load and the last one's. */
  startSkewMs: number;
  /** Longest that a worker stood ready. */
  longestWaitMs: number;
  isComplete: boolean;
  handovers: number;
  /** A stream's time without load at a hand-over, on average: 0 where there was none. */
  handoverGapMs: number;
  /** Sum over workers, billed: from first line to end, and of it standing ready. */
  workerSeconds: number;
  waitedSeconds: number;
  invocations: number;
  endedAtMs: number;
};

/** What the attempts of a stage come to. */
export function describeStage({ attempts, isComplete }: Simulated, { requestMs }: Scenario): StageFigures {
  const firsts = attempts.filter(({ attempt }) => attempt === 1);
  const later = attempts.filter(({ attempt }) => attempt > 1);
  const startsMs = firsts.map(({ loadFromMs }) => loadFromMs);
  const seconds = (values: readonly number[]) => values.reduce((sum, ms) => sum + ms, 0) / 1_000;
  const endOf = new Map(attempts.map((one) => [`${one.batchIndex}#${one.attempt}`, one.loadToMs]));
  const gapsMs = later.map(
    (one) => one.loadFromMs - (endOf.get(`${one.batchIndex}#${one.attempt - 1}`) ?? one.loadFromMs),
  );
  return {
    fullLoadMs: greatest(startsMs),
    startSkewMs: greatest(startsMs) + greatest(startsMs.map((ms) => -ms)),
    longestWaitMs: greatest(firsts.map(({ readyAtMs, loadFromMs }) => loadFromMs - readyAtMs)),
    isComplete,
    handovers: later.length,
    // A stream is busy with its last request for half of it, on average, after the worker has stopped to start any.
    handoverGapMs: gapsMs.length === 0 ? 0 : (seconds(gapsMs) * 1_000) / gapsMs.length - requestMs / 2,
    workerSeconds: seconds(attempts.map(({ invokedAtMs, endedAtMs }) => endedAtMs - invokedAtMs)),
    waitedSeconds: seconds(firsts.map(({ readyAtMs, loadFromMs }) => loadFromMs - readyAtMs)),
    invocations: attempts.length,
    endedAtMs: greatest(attempts.map(({ endedAtMs }) => endedAtMs)),
  };
}

function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}
