import { statisticNames } from '../../../metric-names.ts';

/** One number of a report, and what is told of it. */
export type CsvNumber = {
  /** Where it stands in the JSON report: `requests`, `windows.steady`, `regressions.e2e`. */
  section: string;
  metric: string;
  /** Of a metric over requests, which; of a coefficient, `coefficient` or `standardError`; else null. */
  statistic: string | null;
  value: number | null;
  n: number | null;
  intervalLow: number | null;
  intervalHigh: number | null;
  intervalLevel: number | null;
  intervalMethod: string | null;
  reason: string | null;
};

type Fields = Record<string, unknown>;

/** What was asked, and what is told in words or by time: no numbers of a result. */
const leftOut = new Set([
  'stageIndex',
  'groupIndex',
  'levelIndex',
  'load',
  'stageIndices',
  'batches',
  'workers',
  'concurrencyOverTime',
  'pricing',
  'ranges',
]);

/**
 * Every number of a stage or a target of a report, found by its form: statistics, figures, coefficients and counts, in the
 * order of the names, whatever else a report will have.
 */
export function reportNumbers(part: object): CsvNumber[] {
  return Object.entries(part).flatMap(([name, value]) => (leftOut.has(name) ? [] : numbersOf(value, [], name)));
}

function numbersOf(value: unknown, path: readonly string[], name: string): CsvNumber[] {
  const section = path.join('.');
  if (typeof value === 'number')
    return [{ ...withoutInterval, section, metric: name, statistic: null, value, n: null, reason: null }];
  if (Array.isArray(value)) return value.flatMap((item, i) => numbersOf(item, path, `${name}.${labelOf(item, i)}`));
  if (!isFields(value)) return [];
  if (isStatistics(value)) return ofStatistics(value, section, name);
  if (isFigure(value)) return [ofFigure(value, section, name)];
  if (Array.isArray(value['coefficients'])) return ofRegression(value, [...path, name]);
  return Object.entries(value).flatMap(([key, child]) =>
    leftOut.has(key) ? [] : numbersOf(child, [...path, name], key),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isStatistics(value: Fields): boolean {
  return 'n' in value && 'mean' in value && 'p50' in value;
}

function isFigure(value: Fields): boolean {
  return 'value' in value && 'n' in value && 'reason' in value;
}

function ofStatistics(value: Fields, section: string, metric: string): CsvNumber[] {
  const intervals = isFields(value['intervals']) ? value['intervals'] : {};
  return statisticNames.map((statistic) => {
    const held = intervals[statistic];
    const found = numberOrNull(value[statistic]);
    return {
      section,
      metric,
      statistic,
      value: found,
      n: numberOrNull(value['n']),
      ...intervalOf(isFields(held) ? held['interval'] : null),
      reason: found === null ? textOrNull(value['reason']) : null,
    };
  });
}

function ofFigure(value: Fields, section: string, metric: string): CsvNumber {
  return {
    section,
    metric,
    statistic: null,
    value: numberOrNull(value['value']),
    n: numberOrNull(value['n']),
    ...intervalOf(value['interval']),
    reason: textOrNull(value['reason']),
  };
}

function ofRegression(value: Fields, path: readonly string[]): CsvNumber[] {
  const section = path.join('.');
  const n = numberOrNull(value['n']);
  const reason = textOrNull(value['reason']);
  const items = Array.isArray(value['coefficients']) ? value['coefficients'].filter(isFields) : [];
  return [
    ...items.flatMap((item) => {
      const base = { section, metric: String(item['name']), n, reason: null };
      return [
        { ...base, statistic: 'coefficient', value: numberOrNull(item['value']), ...intervalOf(item['interval']) },
        { ...base, statistic: 'standardError', value: numberOrNull(item['standardError']), ...withoutInterval },
      ];
    }),
    ...['rSquared', 'residualStddevMs', 'conditionNumber'].map((metric) => {
      const found = numberOrNull(value[metric]);
      return {
        ...withoutInterval,
        section,
        metric,
        statistic: null,
        value: found,
        n,
        reason: found === null ? reason : null,
      };
    }),
  ];
}

const withoutInterval = { intervalLow: null, intervalHigh: null, intervalLevel: null, intervalMethod: null };

function intervalOf(interval: unknown) {
  if (!isFields(interval)) return withoutInterval;
  return {
    intervalLow: numberOrNull(interval['low']),
    intervalHigh: numberOrNull(interval['high']),
    intervalLevel: numberOrNull(interval['level']),
    intervalMethod: textOrNull(interval['method']),
  };
}

/** An item of a list by what names it; else by its position. */
function labelOf(item: unknown, index: number): string {
  if (!isFields(item)) return String(index);
  const name = item['turn'] ?? item['metric'] ?? item['outcome'] ?? item['finishReason'] ?? index;
  return String(name);
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
