import type { StageReport } from '../model/report.ts';

/** Returns a stage's requested load as a label: "5" for a concurrency, "2.5/s" for a rate. */
export function formatLoad({ load }: StageReport): string {
  return load.requestsPerSecond === null ? String(load.concurrency ?? '') : formatRate(load.requestsPerSecond);
}

/** Returns whether any stage's requests start on a schedule. */
export function hasSchedule(stages: readonly StageReport[]): boolean {
  return stages.some(({ load }) => load.requestsPerSecond !== null);
}

export function formatRate(perSecond: number): string {
  return `${roundRate(perSecond)}/s`;
}

/** Rounds a rate to six digits, because a trace's mean rate can have any number of digits. */
export function roundRate(perSecond: number): number {
  return Number(perSecond.toPrecision(6));
}

/** Returns a stage's requested load with its unit: "concurrency 5", "2.5/s". Returns "" if the load is unknown. */
export function describeLoad(stage: StageReport): string {
  const label = formatLoad(stage);
  return label === '' || stage.load.requestsPerSecond !== null ? label : `concurrency ${label}`;
}

/**
 * Returns a stage's name for a sentence: "a at concurrency 5". Adds the stage index if the load is unknown, or if
 * another stage in `all` has the same target and load.
 */
export function nameStage(stage: StageReport, all: readonly StageReport[]): string {
  const load = describeLoad(stage);
  if (load === '') return `${stage.targetId}, stage ${stage.stageIndex}`;
  const isOnly = !all.some(
    (other) => other !== stage && other.targetId === stage.targetId && describeLoad(other) === load,
  );
  return `${stage.targetId} at ${load}${isOnly ? '' : ` (stage ${stage.stageIndex})`}`;
}
