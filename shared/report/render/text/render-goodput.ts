import type { Report, StageReport } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatPercent, formatShort } from '../../words/format-number.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';

/** The share of requests that meet the slos, all of them and each; nothing where the spec names none. */
export function renderGoodput(report: Report, footnotes: Footnotes, table: TableStyle = textTable): string[] {
  const labels = stageLabels(report);
  const rows = report.stages.flatMap((stage) => rowsOf(stage, labels.get(stage.stageIndex) ?? '', footnotes));
  return rows.length === 0 ? [] : table(['', 'SLO', 'n', 'met', '95 %', 'good/s'], rows, 2);
}

function rowsOf({ slos, goodputShare, windows }: StageReport, label: string, footnotes: Footnotes): string[][] {
  if (slos.length === 0) return [];
  const show = ({ value, n, reason, interval }: StageReport['goodputShare']) => [
    String(n),
    value === null ? footnotes.missing(reason) : formatPercent(value),
    interval === null ? '' : `${formatPercent(interval.low)} to ${formatPercent(interval.high)}`,
  ];
  const { value, reason } = windows.full.goodRequestsPerSecond;
  return [
    [label, 'all', ...show(goodputShare), value === null ? footnotes.missing(reason) : formatShort(value)],
    ...slos.map(({ metric, max, min, sloShare }) => {
      const limits = [max === null ? [] : [`<= ${max}`], min === null ? [] : [`>= ${min}`]].flat();
      return ['', `${metric} ${limits.join(', ')}`, ...show(sloShare), ''];
    }),
  ];
}
