import type { Compared, Report } from '../report.ts';
import { plainText } from './plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** The comparisons that a reader looks for first; the others are in the JSON report. */
function isShown({ metric, statistic, window }: Compared): boolean {
  if (metric === 'costPerThousandRequestsUsd') return true;
  if (metric === 'completedRequestsPerMinute') return window === 'steady';
  return statistic === 'p50' && ['ttftMs', 'e2eLatencyMs', 'tpotMs'].includes(metric);
}

/** Each target beside the first, in words that name the base. */
export function renderComparisons(report: Report, width: number): string[] {
  const several = new Set(report.comparisons.map(({ level }) => level)).size > 1;
  return report.comparisons.flatMap(({ level, figures }) => {
    const lines = figures.filter(isShown).flatMap(({ statement }) => statement ?? []);
    const head = several && lines.length > 0 ? [`Load level ${level + 1}:`] : [];
    return [...head, ...lines.flatMap((line) => wrapText(plainText(line), width, '  '))];
  });
}
