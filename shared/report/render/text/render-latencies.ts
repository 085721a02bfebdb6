import type { RequestMetricName } from '../../../metric-names.ts';
import type { Statistics } from '../../../metrics/figure.ts';
import type { Report } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { decimalsFor, formatNumber } from '../../words/format-number.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';

const shown = [
  ['ttftMs', 'TTFT ms'],
  ['ttfoMs', 'TTFO ms'],
  ['e2eLatencyMs', 'end to end ms'],
  ['scheduledLatencyMs', 'scheduled ms'],
  ['itlMs', 'ITL ms/token'],
  ['tpotMs', 'TPOT ms/token'],
  ['chunkGapMs', 'chunk gap ms'],
  ['outputTokensPerSecond', 'tokens/s'],
  ['inputTokens', 'input tokens'],
  ['outputTokens', 'output tokens'],
] as const satisfies readonly (readonly [RequestMetricName, string])[];
const columns = ['mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** The statistics of each request metric, a line for each stage, the same metric of all stages together. */
export function renderLatencies(report: Report, footnotes: Footnotes, table: TableStyle = textTable): string[] {
  const labels = stageLabels(report);
  const rows = shown
    .filter(([metric]) => isTelling(report, metric))
    .flatMap(([metric, name]) =>
      report.stages.map((stage, i) => [
        i === 0 ? name : '',
        labels.get(stage.stageIndex) ?? '',
        ...cells(stage.requests[metric], footnotes),
      ]),
    );
  return table(['', '', 'n', ...columns], rows, 2);
}

/** Metrics that only repeat another one are left out: no reasoning, so TTFO is TTFT; a closed loop, so nothing is late. */
function isTelling(report: Report, metric: RequestMetricName): boolean {
  if (metric === 'scheduledLatencyMs') return report.stages.some(({ load }) => load.mode === 'rate');
  if (metric !== 'ttfoMs') return true;
  return report.stages.some(({ requests }) => requests.ttfoMs.mean !== requests.ttftMs.mean);
}

function cells(statistics: Statistics, footnotes: Footnotes): string[] {
  const decimals = decimalsFor(statistics.max ?? 0);
  const values = columns.map((column) => {
    const value = statistics[column];
    return value === null ? footnotes.missing(statistics.reason) : formatNumber(value, decimals);
  });
  return [formatNumber(statistics.n, 0), ...values];
}
