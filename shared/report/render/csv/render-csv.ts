import { z } from 'zod';
import { formatCsvFields, formatCsvRow } from '../../../format-csv.ts';
import { statisticNames } from '../../../metric-names.ts';
import type { MetricValue, Statistics } from '../../../metrics/metric-value.ts';
import type { Interval } from '../../../stats/interval.ts';
import type { Report, StageReport, TargetReport } from '../../model/report.ts';
import type { Regression } from '../../model/result.ts';

const columns = [
  ...['runId', 'scope', 'targetId', 'stageIndex', 'levelIndex', 'mode', 'concurrency', 'requestsPerSecond'],
  ...['section', 'metric', 'statistic', 'value', 'unit', 'n'],
  ...['intervalLow', 'intervalHigh', 'intervalLevel', 'intervalMethod'],
  ...['reason', 'formula', 'basis', 'over'],
];

/** Objects in the report whose numbers are request counts. */
const counts: ReadonlySet<string> = new Set(['counts', 'byOutcome', 'notSentByReason']);

/**
 * Renders every value of the report as a CSV row (RFC 4180, with a header line): first the stages' values, and then the
 * targets' values. Null becomes an empty field. Text that a spreadsheet would read as a formula gets an apostrophe.
 * @returns the text of each stage and target, because the whole text can have 100 MB
 */
export function renderCsv(report: Report): string[] {
  const formatMeaning = createMeaningFormat(report);
  const parts = [
    ...report.stages.map((stage) => ({ part: stage, place: placeStage(stage) })),
    ...report.targets.map((target) => ({ part: target, place: placeTarget(target) })),
  ];
  const texts = parts.map(({ part, place }) => {
    const start = formatCsvFields([report.run.runId, ...place]);
    return listNumbers(part)
      .map((number) => formatNumberRow(start, number, formatMeaning(number)))
      .join('');
  });
  return [formatCsvRow(columns), ...texts];
}

function placeStage({ targetId, stageIndex, levelIndex, load }: StageReport) {
  return ['stage', targetId, stageIndex, levelIndex, load.mode, load.concurrency, load.requestsPerSecond];
}

function placeTarget({ targetId }: TargetReport) {
  return ['target', targetId, null, null, null, null, null];
}

function formatNumberRow(start: string, number: ReportNumber, { unit, definition }: FormattedMeaning): string {
  const { section, metric, statistic, value, n, interval, reason } = number;
  const own = formatCsvFields([section, metric, statistic, value]);
  const limits = formatCsvFields([n, interval?.low, interval?.high, interval?.level, interval?.method, reason]);
  return `${start},${own},${unit},${limits},${definition}\r\n`;
}

type FormattedMeaning = { unit: string; definition: string };

/** Creates a function that formats the definition of a value. Formats each definition once, because they repeat. */
function createMeaningFormat(report: Report): (number: ReportNumber) => FormattedMeaning {
  const known = new Map<string, FormattedMeaning>();
  return ({ metric, section, meaning }) => {
    const isCount = counts.has(section.slice(section.lastIndexOf('.') + 1));
    const key = `${metric} ${isCount}`;
    const found = meaning === undefined ? known.get(key) : undefined;
    if (found !== undefined) return found;
    const { unit, formula, basis, over } = meaning ?? findMeaning(report, metric, isCount);
    const formatted = { unit: formatCsvFields([unit]), definition: formatCsvFields([formula, basis, over]) };
    if (meaning === undefined) known.set(key, formatted);
    return formatted;
  };
}

/** Returns the definition of a metric. Values without a definition have only a unit: docs/decisions/0009. */
function findMeaning({ metrics }: Report, metric: string, isCount: boolean): Meaning {
  const { unit = null, formula = null, basis = null, over = null } = metrics[metric] ?? {};
  if (unit === null && isCount) return { unit: 'requests', formula, basis: 'counts', over };
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
  // The report matches its schema, so these fields identify the types.
  if ('p50' in value) return listStatistics(value as Statistics, found);
  if ('coefficients' in value) return listRegression(value as Regression, [...path, metric].join('.'));
  if ('value' in value && 'reason' in value) return [{ ...found, ...pickValue(value as AnyValue) }];
  return listNumbers(value, [...path, metric]);
}

type AnyValue = MetricValue & { interval?: Interval | null };
const pickValue = ({ value, n, reason, interval = null }: AnyValue) => ({ value, n, reason, interval });

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
