import type { Figure } from '../../../metrics/figure.ts';
import type { Report } from '../../model/report.ts';
import { loadLabel, stageLabels } from '../../words/describe-load.ts';
import { formatNumber, formatShort } from '../../words/format-number.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';

/** Load and throughput of each stage over both windows. */
export function renderThroughput(report: Report, footnotes: Footnotes, table: TableStyle = textTable): string[] {
  const labels = stageLabels(report);
  const show = (figure: Figure) =>
    figure.value === null ? footnotes.missing(figure.reason) : formatShort(figure.value);
  const isRate = report.stages.some(({ load }) => load.mode === 'rate');
  const rows = report.stages.flatMap((stage) =>
    (['full', 'steady'] as const).map((name) => {
      const window = stage.windows[name];
      return [
        name === 'full' ? (labels.get(stage.stageIndex) ?? '') : '',
        name,
        window.durationMs === null ? footnotes.missing(window.reason) : formatNumber(window.durationMs / 1_000, 1),
        name === 'full' ? loadLabel(stage) : '',
        show(window.achievedConcurrency),
        show(window.achievedRequestsPerSecond),
        show(window.completedRequestsPerMinute),
        show(window.outputTokensPerSecondTotal),
        show(window.totalTokensPerSecondTotal),
      ];
    }),
  );
  const asked = isRate ? 'asked' : 'streams';
  return table(['', 'window', 'seconds', asked, 'open', 'sent/s', 'ok/min', 'output tok/s', 'all tok/s'], rows, 2);
}
