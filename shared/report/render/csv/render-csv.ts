import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { statisticNames } from '../../../metric-names.ts';
import { metricValueSchema, type Statistics, statisticsSchema } from '../../../metrics/metric-value.ts';
import { type Interval, intervalSchema } from '../../../stats/interval.ts';
import type { Report, StageReport } from '../../model/report.ts';
import { type Regression, regressionSchema } from '../../model/result.ts';

const columns = [
  ...['runId', 'scope', 'targetId', 'stageIndex', 'levelIndex', 'mode', 'concurrency', 'requestsPerSecond'],
  ...['section', 'metric', 'statistic', 'value', 'unit', 'n'],
  { key: 'interval.low', header: 'intervalLow' },
  { key: 'interval.high', header: 'intervalHigh' },
  { key: 'interval.level', header: 'intervalLevel' },
  { key: 'interval.method', header: 'intervalMethod' },
  ...['reason', 'formula', 'basis', 'over'],
].map((column) => (typeof column === 'string' ? { key: column } : column));

/** Objects in the report whose numbers are request counts. */
const counts: ReadonlySet<string | undefined> = new Set(['counts', 'byOutcome', 'notSentByReason']);

/**
 * Renders every value of the report as a CSV row (RFC 4180, with a header line): first the stages' values, and then the
 * targets' values. Null becomes an empty field. Text that a spreadsheet would read as a formula gets an apostrophe.
 */
export function renderCsv(report: Report): string {
  const { runId } = report.run;
  const write = (part: object, place: object) =>
    listNumbers(part).map((number) => ({
      runId,
      ...place,
      ...number,
      ...(number.meaning ?? findMeaning(report, number)),
    }));
  const rows = [
    ...report.stages.flatMap((stage) => write(stage, placeStage(stage))),
    ...report.targets.flatMap((target) => write(target, { scope: 'target', targetId: target.targetId })),
  ];
  return stringify(rows, {
    header: true,
    columns,
    record_delimiter: 'windows',
    escape_formulas: true,
    // A negative number may start with a minus sign, because that does not make it a formula.
    cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
  });
}

function placeStage({ targetId, stageIndex, levelIndex, load }: StageReport) {
  const { mode, concurrency, requestsPerSecond } = load;
  return { scope: 'stage', targetId, stageIndex, levelIndex, mode, concurrency, requestsPerSecond };
}

/** Returns the definition of a metric. Values without a definition have only a unit: docs/decisions/0009. */
function findMeaning({ metrics }: Report, { metric, section }: ReportNumber): Meaning {
  const { unit = null, formula = null, basis = null, over = null } = metrics[metric] ?? {};
  if (unit === null && counts.has(section.split('.').at(-1)))
    return { unit: 'requests', formula, basis: 'counts', over };
  return { unit: unit ?? (metric.endsWith('Ms') ? 'ms' : null), formula, basis, over };
}

type Meaning = Record<'unit' | 'formula' | 'basis' | 'over', string | null>;

/** One value in a report: where it is, its interval, and why the value or the interval is missing. */
type ReportNumber = {
  /** Path of the parent object in the JSON report: `requests`, `windows.steady`, `regressions.e2e`. */
  section: string;
  metric: string;
  /** The statistic of a request metric, or `coefficient` or `standardError` for a regression. Otherwise null. */
  statistic: string | null;
  value: number | null;
  n: number | null;
  interval: Interval | null;
  reason: string | null;
  /** Present only if it differs from the report's definition of `metric`. */
  meaning?: Meaning;
};

/** Fields that are not results: the requested load, texts and time series. */
const omitted = new Set([
  ...['stageIndex', 'groupIndex', 'levelIndex', 'load', 'stageIndices', 'batches', 'workers'],
  ...['concurrencyOverTime', 'pricing', 'ranges'],
]);

const anyValueSchema = metricValueSchema.extend({ interval: intervalSchema.nullable().default(null) });
/** Fields that identify an item in a list. Items without such a field are identified by their position. */
const namedItemSchema = z.object({
  turn: z.number().optional(),
  metric: z.string().optional(),
  outcome: z.string().optional(),
  finishReason: z.string().nullish(),
});

/**
 * Lists every value of a stage or target in the order of the report: statistics, metrics, coefficients and counts.
 * Recognizes values by their structure, so that new fields are listed automatically.
 */
function listNumbers(part: object, path: readonly string[] = []): ReportNumber[] {
  return Object.entries(part).flatMap(([name, value]) => (omitted.has(name) ? [] : listWithin(value, path, name)));
}

function listWithin(value: unknown, path: readonly string[], metric: string): ReportNumber[] {
  const found = { section: path.join('.'), metric, statistic: null, n: null, interval: null, reason: null };
  if (typeof value === 'number') return [{ ...found, value }];
  if (Array.isArray(value))
    return value.flatMap((item: unknown, i) => listWithin(item, path, `${metric}.${nameItem(item, i)}`));
  if (typeof value !== 'object' || value === null) return [];
  if ('p50' in value) return listStatistics(statisticsSchema.parse(value), found);
  if ('coefficients' in value) return listRegression(regressionSchema.parse(value), [...path, metric].join('.'));
  if ('value' in value && 'reason' in value) return [{ ...found, ...anyValueSchema.parse(value) }];
  return listNumbers(value, [...path, metric]);
}

function listStatistics(statistics: Statistics, found: Omit<ReportNumber, 'value'>): ReportNumber[] {
  const { n, reason } = statistics;
  const intervals: Partial<Record<string, { interval: Interval | null }>> = statistics.intervals ?? {};
  return statisticNames.map((statistic) => {
    const value = statistics[statistic];
    const interval = intervals[statistic]?.interval ?? null;
    return { ...found, statistic, value, n, interval, reason: value === null ? reason : null };
  });
}

function listRegression({ coefficients, basis, n, reason, ...fit }: Regression, section: string): ReportNumber[] {
  const found = { section, statistic: null, n, interval: null, reason: null };
  return [
    ...coefficients.flatMap(({ name: metric, unit, value, standardError, interval }) => {
      const own = { ...found, metric, meaning: { unit, formula: null, basis, over: null } };
      return [
        { ...own, statistic: 'coefficient', value, interval },
        { ...own, statistic: 'standardError', value: standardError },
      ];
    }),
    ...(['rSquared', 'residualStddevMs', 'conditionNumber'] as const).map((metric) => {
      const value = fit[metric];
      return { ...found, metric, value, reason: value === null ? reason : null };
    }),
  ];
}

function nameItem(item: unknown, index: number): string {
  const { turn, metric, outcome, finishReason } = namedItemSchema.catch({}).parse(item);
  return String(turn ?? metric ?? outcome ?? finishReason ?? index);
}
