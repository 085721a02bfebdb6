import type { Report, StageReport } from '../../model/report.ts';
import type { SweepReport } from '../../model/sweep-report.ts';
import { targetLabels } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-number.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** The levels of each sweep by load, and what a search has found. */
export function renderSweeps(
  report: Report,
  footnotes: Footnotes,
  width: number,
  table: TableStyle = textTable,
): string[] {
  const labels = targetLabels(report);
  const rows = report.sweeps.flatMap((sweep) =>
    sweep.levels.map((level, i) => [
      i === 0 ? (labels.get(sweep.targetId) ?? sweep.targetId) : '',
      sweep.over === 'rate' ? `${level.value}/s` : String(level.value),
      level.requestsPerSecond === null
        ? footnotes.missing('no request ended well')
        : formatShort(level.requestsPerSecond),
      ...cells(report.stages[level.stageIndex], footnotes),
      level.isMet === null ? '' : level.isMet ? 'yes' : 'no',
    ]),
  );
  if (rows.length === 0) return [];
  const levels = table(['', 'load', 'ok/s', 'TTFT p50', 'p95', 'e2e p50', 'p95', 'errors', 'met'], rows, 1);
  return [...levels, ...report.sweeps.flatMap((sweep) => describe(sweep, labels, width))];
}

function cells(stage: StageReport | undefined, footnotes: Footnotes): string[] {
  if (stage === undefined) return [];
  const { ttftMs, e2eLatencyMs } = stage.requests;
  const times = [ttftMs, e2eLatencyMs].flatMap(({ p50, p95, reason }) =>
    [p50, p95].map((value) => [value, reason] as const),
  );
  const errorRate = stage.errorRate.value;
  return [
    ...times.map(([value, reason]) => (value === null ? footnotes.missing(reason) : formatShort(value))),
    errorRate === null ? footnotes.missing(stage.errorRate.reason) : `${(100 * errorRate).toFixed(1)} %`,
  ];
}

function describe({ targetId, levels, finding }: SweepReport, labels: Map<string, string>, width: number): string[] {
  if (finding === null) return [];
  const suspect = levels.filter(({ trust }) => trust.result === 'suspect').map(({ value }) => value);
  const note = suspect.length === 0 ? '' : ` Suspect by themselves: the levels of ${suspect.join(', ')}.`;
  return wrapText(`${labels.get(targetId) ?? targetId}: ${finding.statement}${note}`, width);
}
