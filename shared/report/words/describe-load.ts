import { getStageMode } from '../../load/load.ts';
import type { LoadScale } from '../../load/modes/load-mode.ts';
import type { StageReport } from '../model/report.ts';

type Loaded = Pick<StageReport, 'load'>;

/** Returns the load scale that all stages of a run share. Undefined if the run has no stages. */
export function findLoadScale([first]: readonly Loaded[]): LoadScale | undefined {
  return first === undefined ? undefined : getStageMode(first.load).scale;
}

/** Returns the requested load of a stage: its number of streams or its requests per second. Returns 0 if unknown. */
export function getLoadValue({ load }: Loaded): number {
  return getStageMode(load).scale.read(load) ?? 0;
}

/** Returns a stage's requested load as a label: "5" for a concurrency, "2.5/s" for a rate. Returns "" if unknown. */
export function formatLoad(stage: Loaded): string {
  return showLoad(stage, 'label');
}

/** Returns a stage's requested load with its unit: "concurrency 5", "2.5/s". Returns "" if the load is unknown. */
export function describeLoad(stage: Loaded): string {
  return showLoad(stage, 'describe');
}

/** Formats a stage's requested load with the given method of its scale. Returns "" if the load is unknown. */
export function showLoad({ load }: Loaded, form: 'format' | 'label' | 'describe'): string {
  const { scale } = getStageMode(load);
  const value = scale.read(load);
  return value === null ? '' : scale[form](value);
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
