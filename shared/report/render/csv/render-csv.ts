import { stringify } from 'csv-stringify/sync';
import type { Report, StageReport } from '../../model/report.ts';
import { listNumbers, type ReportNumber } from './list-numbers.ts';

/** The columns in order: the place of a value, its name, the value, and its interval. */
const columns = [
  ...['runId', 'scope', 'targetId', 'stageIndex', 'levelIndex', 'mode', 'concurrency', 'requestsPerSecond'],
  ...['section', 'metric', 'statistic', 'value', 'unit', 'n'],
  { key: 'interval.low', header: 'intervalLow' },
  { key: 'interval.high', header: 'intervalHigh' },
  { key: 'interval.level', header: 'intervalLevel' },
  { key: 'interval.method', header: 'intervalMethod' },
  ...['reason', 'formula', 'basis', 'over'],
].map((column) => (typeof column === 'string' ? { key: column } : column));

/** Objects of the report whose numbers count requests. */
const counts: ReadonlySet<string | undefined> = new Set(['counts', 'byOutcome', 'notSentByReason']);

/**
 * Renders every value of the report as a row of CSV (RFC 4180, with a header line): first of each stage, then of each target
 * with its stages pooled. Null is an empty field. An apostrophe precedes text that a spreadsheet would read as a formula.
 */
export function renderCsv(report: Report): string {
  const { runId } = report.run;
  const write = (part: object, place: object) =>
    listNumbers(part).map((number) => ({ runId, ...place, ...number, ...findMeaning(report, number) }));
  const rows = [
    ...report.stages.flatMap((stage) => write(stage, placeStage(stage))),
    ...report.targets.flatMap((target) => write(target, { scope: 'target', targetId: target.targetId })),
  ];
  return stringify(rows, {
    header: true,
    columns,
    record_delimiter: 'windows',
    escape_formulas: true,
    // The minus of a negative number does not start a formula.
    cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
  });
}

function placeStage({ targetId, stageIndex, levelIndex, load }: StageReport) {
  const { mode, concurrency, requestsPerSecond } = load;
  return { scope: 'stage', targetId, stageIndex, levelIndex, mode, concurrency, requestsPerSecond };
}

function findMeaning({ metrics }: Report, { metric, statistic, section }: ReportNumber) {
  const { unit = null, formula = null, basis = null, over = null } = metrics[metric] ?? {};
  if (statistic === 'coefficient' || statistic === 'standardError')
    return { unit: metric === 'intercept' ? 'ms' : 'ms per token', formula: null, basis: 'tokenizer', over: null };
  if (unit === null && counts.has(section.split('.').at(-1)))
    return { unit: 'requests', formula, basis: 'counts', over };
  return { unit: unit ?? (metric.endsWith('Ms') ? 'ms' : null), formula, basis, over };
}
