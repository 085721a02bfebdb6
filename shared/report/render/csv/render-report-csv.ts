import { stringify } from 'csv-stringify/sync';
import type { Report } from '../../model/report.ts';
import { type CsvNumber, reportNumbers } from './report-numbers.ts';

/** The columns, in order: where a number belongs, which it is, and how sure it is. */
const columns = [
  ...['runId', 'scope', 'targetId', 'stageIndex', 'levelIndex', 'mode', 'concurrency', 'requestsPerSecond'],
  ...['section', 'metric', 'statistic', 'value', 'unit', 'n'],
  ...['intervalLow', 'intervalHigh', 'intervalLevel', 'intervalMethod', 'reason', 'formula', 'basis', 'over'],
] as const satisfies readonly (keyof CsvRow)[];

type CsvRow = CsvNumber & {
  runId: string;
  scope: 'stage' | 'target';
  targetId: string;
  stageIndex: number | null;
  levelIndex: number | null;
  mode: string | null;
  concurrency: number | null;
  requestsPerSecond: number | null;
  unit: string | null;
  formula: string | null;
  basis: string | null;
  over: string | null;
};

/**
 * Every number of the report, one a row (RFC 4180, with a header line): of each stage, then of each target with all its stages
 * pooled. Null is an empty field. Text that a spreadsheet would take for a formula is quoted with an apostrophe.
 */
export function renderReportCsv(report: Report): string {
  const { runId } = report.run;
  const none = { stageIndex: null, levelIndex: null, mode: null, concurrency: null, requestsPerSecond: null };
  const rows: CsvRow[] = [
    ...report.stages.flatMap((stage) => {
      const { load, targetId, levelIndex } = stage;
      const { mode, concurrency, requestsPerSecond } = load;
      const place = {
        scope: 'stage',
        targetId,
        stageIndex: stage.stageIndex,
        levelIndex,
        mode,
        concurrency,
        requestsPerSecond,
      } as const;
      return reportNumbers(stage).map((number) => ({ runId, ...place, ...meaningOf(report, number), ...number }));
    }),
    ...report.targets.flatMap((target) => {
      const place = { scope: 'target', targetId: target.targetId, ...none } as const;
      return reportNumbers(target).map((number) => ({ runId, ...place, ...meaningOf(report, number), ...number }));
    }),
  ];
  return stringify(rows, {
    header: true,
    columns: columns.map((key) => ({ key })),
    record_delimiter: 'windows',
    escape_formulas: true,
    // A number is no text, and a minus before it no formula.
    cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
  });
}

function meaningOf({ metrics }: Report, { metric, statistic, section }: CsvNumber) {
  const { unit = null, formula = null, basis = null, over = null } = metrics[metric] ?? {};
  if (statistic === 'coefficient' || statistic === 'standardError')
    return { unit: metric === 'intercept' ? 'ms' : 'ms per token', formula: null, basis: 'tokenizer', over: null };
  if (unit === null && /(?:^|\.)(?:counts|byOutcome|notSentByReason)$/.test(section))
    return { unit: 'requests', formula, basis: 'counts', over };
  return { unit: unit ?? (metric.endsWith('Ms') ? 'ms' : null), formula, basis, over };
}
