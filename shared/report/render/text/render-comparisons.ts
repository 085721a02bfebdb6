import type { Compared } from '../../model/compared.ts';
import type { Report } from '../../model/report.ts';
import { describeLoad } from '../../words/describe-load.ts';
import { plainText } from '../../words/plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** The comparisons that a reader looks for first; the others are in the JSON report. */
function isShown({ metric, statistic, window }: Compared): boolean {
  if (metric === 'costPerThousandRequestsUsd') return true;
  if (metric === 'completedRequestsPerMinute') return window === 'steady';
  return statistic === 'p50' && ['ttftMs', 'e2eLatencyMs', 'tpotMs'].includes(metric);
}

/** Each target beside the first, in words that name the base. */
export function renderComparisons(report: Report, width: number): string[] {
  const several = new Set(report.comparisons.map(({ levelIndex }) => levelIndex)).size > 1;
  return report.comparisons.flatMap(({ levelIndex, baseTargetId: base, metrics: figures }) => {
    const stage = report.stages.find((each) => each.levelIndex === levelIndex && each.targetId === base);
    const load = stage === undefined ? '' : describeLoad(stage);
    const lines = figures.filter(isShown).flatMap(({ statement }) => statement ?? []);
    const head = several && lines.length > 0 ? [load === '' ? `Load level ${levelIndex + 1}:` : `At ${load}:`] : [];
    return [...head, ...lines.flatMap((line) => wrapText(plainText(line), width, '  '))];
  });
}
