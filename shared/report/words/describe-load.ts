import type { StageReport } from '../model/report.ts';

/** What was asked of a stage, in a word: "5" streams, "2.5/s". */
export function formatLoad({ load }: StageReport): string {
  return load.requestsPerSecond === null ? String(load.concurrency ?? '') : formatRate(load.requestsPerSecond);
}

/** Whether the requests of any stage fell due by a schedule. */
export function hasSchedule(stages: readonly StageReport[]): boolean {
  return stages.some(({ load }) => load.requestsPerSecond !== null);
}

/** A rate as it is asked for. */
export function formatRate(perSecond: number): string {
  return `${roundRate(perSecond)}/s`;
}

/** The rate of a trace is its mean, of as many digits as there may be: six tell enough. */
export function roundRate(perSecond: number): number {
  return Number(perSecond.toPrecision(6));
}

/** The same with its unit: "5 concurrent", "2.5/s"; "" where it is not known. */
export function describeLoad(stage: StageReport): string {
  const label = formatLoad(stage);
  return label === '' || stage.load.requestsPerSecond !== null ? label : `${label} concurrent`;
}

/**
 * A stage in words, for a sentence: "a at 5 concurrent"; with its number where another stage of the target has the same load, and
 * in place of a load that is not known.
 * @param all the stages of the run
 */
export function nameStage(stage: StageReport, all: readonly StageReport[]): string {
  const load = describeLoad(stage);
  if (load === '') return `${stage.targetId}, stage ${stage.stageIndex}`;
  const isOnly = !all.some(
    (other) => other !== stage && other.targetId === stage.targetId && describeLoad(other) === load,
  );
  return `${stage.targetId} at ${load}${isOnly ? '' : ` (stage ${stage.stageIndex})`}`;
}
