import type { Scenario, Simulated } from './scenario.ts';

/** Results of a simulated stage. */
export type StageSummary = {
  /** Time from the opening of the stage until all streams run. */
  fullLoadMs: number;
  /** Time between the first and the last worker's start. */
  startSkewMs: number;
  /** Longest time that a worker waited for the others. */
  longestWaitMs: number;
  isComplete: boolean;
  handovers: number;
  /** Mean time without load of a stream at a handover; 0 without handovers. */
  handoverGapMs: number;
  /** Billed time of all workers, and the part of it in which they waited for the others. */
  workerSeconds: number;
  waitedSeconds: number;
  invocations: number;
  endedAtMs: number;
};

/** Summarizes the attempts of a stage. */
export function describeStage({ attempts, isComplete }: Simulated, { requestMs }: Scenario): StageSummary {
  const firsts = attempts.filter(({ attempt }) => attempt === 1);
  const later = attempts.filter(({ attempt }) => attempt > 1);
  const startsMs = firsts.map(({ loadFromMs }) => loadFromMs);
  const seconds = (values: readonly number[]) => values.reduce((sum, ms) => sum + ms, 0) / 1_000;
  const findEnd = new Map(attempts.map((one) => [`${one.batchIndex}#${one.attempt}`, one.loadToMs]));
  const gapsMs = later.map(
    (one) => one.loadFromMs - (findEnd.get(`${one.batchIndex}#${one.attempt - 1}`) ?? one.loadFromMs),
  );
  return {
    fullLoadMs: greatest(startsMs),
    startSkewMs: greatest(startsMs) + greatest(startsMs.map((ms) => -ms)),
    longestWaitMs: greatest(firsts.map(({ readyAtMs, loadFromMs }) => loadFromMs - readyAtMs)),
    isComplete,
    handovers: later.length,
    // A stream is busy with its last request for half a request on average after the worker stops to start requests.
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
