import type { Report, StageReport } from '../model/report.ts';
import { shortText } from './plain-text.ts';

const maxLength = 16;

/** What was asked of a stage, in a word: "5" streams, "2.5/s". */
export function loadLabel({ load }: StageReport): string {
  return load.requestsPerSecond === null ? String(load.concurrency ?? '') : rateLabel(load.requestsPerSecond);
}

/** A rate as it is asked for. That of a trace is its mean, of as many digits as there may be: six tell enough. */
export function rateLabel(perSecond: number): string {
  return `${Number(perSecond.toPrecision(6))}/s`;
}

/** The same with its unit: "5 concurrent", "2.5/s"; "" where it is not known. */
export function describeLoad(stage: StageReport): string {
  const label = loadLabel(stage);
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

/** A short name for each target: its id, cut where it is long, and numbered where that makes two the same. */
export function targetLabels(report: Report): Map<string, string> {
  const short = report.targets.map(({ targetId }) => shortText(targetId, maxLength));
  const labels = report.targets.map(({ targetId }, i) => {
    const label = short[i] ?? targetId;
    const unique = short.indexOf(label) === short.lastIndexOf(label);
    return [targetId, unique ? label : shortText(`${i + 1}:${targetId}`, maxLength)] as const;
  });
  return new Map(labels);
}

/** A short name for each stage: its target, and its load where the run has several levels. */
export function stageLabels(report: Report): Map<number, string> {
  const targets = targetLabels(report);
  const several = new Set(report.stages.map(({ levelIndex }) => levelIndex)).size > 1;
  return new Map(
    report.stages.map((stage) => {
      const targetId = targets.get(stage.targetId) ?? stage.targetId;
      return [stage.stageIndex, several ? `${targetId} @${loadLabel(stage)}` : targetId];
    }),
  );
}
