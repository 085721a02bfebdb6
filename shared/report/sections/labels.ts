import type { Report, StageReport } from '../model/report.ts';
import { formatLoad } from '../words/describe-load.ts';
import { shortenText } from '../words/format-text.ts';

const maxLength = 16;

/** Short, unique names for the targets and the stages of a report. */
export type Labels = {
  /** Names of the targets, in the order of the spec. */
  targets: readonly string[];
  target(targetId: string): string;
  targetIndex(targetId: string): number;
  stage(stage: Pick<StageReport, 'stageIndex'>): string;
};

/**
 * Creates short names. A target's name is its id, shortened to 16 characters and numbered if two names are equal. A
 * stage's name is its target's name, plus its load if the run has several levels.
 */
export function labelReport({ targets, stages }: Pick<Report, 'targets' | 'stages'>): Labels {
  const ids = targets.map(({ targetId }) => targetId);
  const short = ids.map((id) => shortenText(id, maxLength));
  const labels = short.map((label, i) =>
    short.indexOf(label) === short.lastIndexOf(label) ? label : shortenText(`${i + 1}:${ids[i]}`, maxLength),
  );
  const target = (targetId: string) => labels[ids.indexOf(targetId)] ?? targetId;
  const isSweep = new Set(stages.map(({ levelIndex }) => levelIndex)).size > 1;
  const stageLabels = new Map(
    stages.map((stage) => {
      const label = target(stage.targetId);
      return [stage.stageIndex, isSweep ? `${label} @${formatLoad(stage)}` : label];
    }),
  );
  return {
    targets: labels,
    target,
    targetIndex: (targetId) => ids.indexOf(targetId),
    stage: ({ stageIndex }) => stageLabels.get(stageIndex) ?? '',
  };
}
