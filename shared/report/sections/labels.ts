import type { Report, StageReport } from '../model/report.ts';
import { formatLoad } from '../words/describe-load.ts';
import { shortText } from '../words/plain-text.ts';

const maxLength = 16;

/** Short names that tell the targets and the stages of a report apart. */
export type Labels = {
  /** Of the targets, in the order of the spec. */
  targets: readonly string[];
  target(targetId: string): string;
  targetIndex(targetId: string): number;
  stage(stage: Pick<StageReport, 'stageIndex'>): string;
};

/**
 * Names each target by its id, cut where it is long, and numbered where that makes two the same; and each stage by its target,
 * and by its load where the run has several levels.
 */
export function labelReport({ targets, stages }: Pick<Report, 'targets' | 'stages'>): Labels {
  const ids = targets.map(({ targetId }) => targetId);
  const short = ids.map((id) => shortText(id, maxLength));
  const labels = short.map((label, i) =>
    short.indexOf(label) === short.lastIndexOf(label) ? label : shortText(`${i + 1}:${ids[i]}`, maxLength),
  );
  const target = (targetId: string) => labels[ids.indexOf(targetId)] ?? targetId;
  const isSweep = new Set(stages.map(({ levelIndex }) => levelIndex)).size > 1;
  const ofStages = new Map(
    stages.map((stage) => {
      const label = target(stage.targetId);
      return [stage.stageIndex, isSweep ? `${label} @${formatLoad(stage)}` : label];
    }),
  );
  return {
    targets: labels,
    target,
    targetIndex: (targetId) => ids.indexOf(targetId),
    stage: ({ stageIndex }) => ofStages.get(stageIndex) ?? '',
  };
}
