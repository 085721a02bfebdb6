import { z } from 'zod';
import { statisticNames } from '../../../metric-names.ts';
import { metricValueSchema, type Statistics, statisticsSchema } from '../../../metrics/metric-value.ts';
import { type Interval, intervalSchema } from '../../../stats/interval.ts';
import { type Regression, regressionSchema } from '../../model/result.ts';

/** One value of a report with its place, interval and reason. */
export type ReportNumber = {
  /** Path in the JSON report: `requests`, `windows.steady`, `regressions.e2e`. */
  section: string;
  metric: string;
  /** Statistic of a request metric; `coefficient` or `standardError` of a regression; otherwise null. */
  statistic: string | null;
  value: number | null;
  n: number | null;
  interval: Interval | null;
  reason: string | null;
};

/** Fields that are not results: the request, texts and time series. */
const omitted = new Set([
  ...['stageIndex', 'groupIndex', 'levelIndex', 'load', 'stageIndices', 'batches', 'workers'],
  ...['concurrencyOverTime', 'pricing', 'ranges'],
]);

const anyValueSchema = metricValueSchema.extend({ interval: intervalSchema.nullable().default(null) });
/** Fields that name an item of a list. Other items are named by their position. */
const namedItemSchema = z.object({
  turn: z.number().optional(),
  metric: z.string().optional(),
  outcome: z.string().optional(),
  finishReason: z.string().nullish(),
});

/**
 * Lists every value of a stage or a target in the order of the report: statistics, metrics, coefficients and counts. Finds
 * them by their shape, so that new fields need no change here.
 */
export function listNumbers(part: object, path: readonly string[] = []): ReportNumber[] {
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

function listRegression({ coefficients, n, reason, ...fit }: Regression, section: string): ReportNumber[] {
  const found = { section, statistic: null, n, interval: null, reason: null };
  return [
    ...coefficients.flatMap(({ name, value, standardError, interval }) => [
      { ...found, metric: name, statistic: 'coefficient', value, interval },
      { ...found, metric: name, statistic: 'standardError', value: standardError },
    ]),
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
