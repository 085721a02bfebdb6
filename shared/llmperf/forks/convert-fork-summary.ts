import { readNumber } from '../../metrics/read-recorded-metric.ts';
import type { LlmperfRecord, LlmperfSummary } from '../../sample/imported.ts';
import { flattenFields } from '../read-summary-fields.ts';
import { chooseSummaryUnit } from './choose-summary-unit.ts';
import {
  chooseFields,
  explainUnit,
  type ForkFault,
  getUnitS,
  type ImportTimeUnit,
  isTimeSeries,
} from './convert-fork.ts';
import { type ForkField, isTimeName, nameFork, readFieldName } from './fork-fields.ts';

const statistics = /^(?:results_)?(.+?)_(?:quantiles_)?(p\d\d?|median|mean|min|max|stddev|std)$/;
const otherNames: Readonly<Record<string, string>> = { median: 'quantiles_p50', std: 'stddev' };
const countNames = ['num_requests_started', 'num_completed_requests', 'number_errors', 'error_code_frequency'];

/** A statistic of a series: `field` is null if it is not that of a known series. */
type SummaryValue = { name: string; stem: string; word: string; number: number; field: ForkField | null };

type ConvertedSummary = { summary: LlmperfSummary; notes: string[] };

/**
 * Adds LLMPerf's fields to the summary of a fork. A summary of LLMPerf stays unchanged.
 * @param timeUnit unit of the times that the caller stated. Null if the names or the numbers show it
 * @param records converted records of the same load test, which can show the unit
 */
export function convertForkSummary(
  summary: LlmperfSummary,
  timeUnit: ImportTimeUnit | null = null,
  records: readonly LlmperfRecord[] = [],
): ConvertedSummary | ForkFault {
  const fields = flattenFields(summary);
  const found = fields.flatMap(([name, value]) => readValue(name, readNumber(value)));
  const means = collectMeans(found);
  const chosen = chooseFields([means], Object.keys(means));
  // A time without a unit is not read if the summary has the same series under a better name.
  const isRead = ({ name, series, unitS }: ForkField) => unitS !== null || chosen.get(series)?.name === name;
  const values = found.map((each) => ({
    ...each,
    field: each.field !== null && isRead(each.field) ? each.field : null,
  }));
  const times = values.flatMap(({ field }) => (field !== null && isTimeSeries(field.series) ? [field] : []));
  const isShown = times.every(({ unitS }) => unitS !== null);
  const unit = chooseSummaryUnit(means, { chosen, isShown, stated: timeUnit, records });
  if (unit === null) return explainUnit([...new Map(times.map((field) => [field.name, field])).values()]);
  const own = new Set(fields.map(([name]) => name));
  const added = new Map<string, LlmperfSummary[string]>();
  const read: ForkField[] = [];
  const isFirst = ({ field }: SummaryValue) => field !== null && chosen.get(field.series)?.name === field.name;
  for (const { name, word, number, field } of values.toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)))) {
    if (field === null) continue;
    const later = `results_${field.series}_${word}`;
    const unitS = getUnitS(field, unit);
    if (name === later ? unitS === 1 : own.has(later) || added.has(later)) continue;
    added.set(later, Number((number * unitS).toPrecision(15)));
    read.push(field);
  }
  for (const [name, value] of fields) {
    const later = `results_${name}`;
    if (countNames.includes(name) && !own.has(later)) added.set(later, value);
  }
  const notes = describeSummary(read, { unit, unread: listUnread(values) });
  return notes.length === 0 ? { summary, notes } : { summary: { ...summary, ...Object.fromEntries(added) }, notes };
}

function readValue(name: string, number: number | null): SummaryValue[] {
  const [, stem = '', statistic = ''] = statistics.exec(name) ?? [];
  if (number === null || stem === '') return [];
  const word = otherNames[statistic] ?? (statistic.startsWith('p') ? `quantiles_${statistic}` : statistic);
  return [{ name, stem, word, number, field: readFieldName(stem) }];
}

/** Returns one number for each field, as in a record: the mean, else the median, else another statistic. */
function collectMeans(values: readonly SummaryValue[]): LlmperfRecord {
  const order = ['mean', 'quantiles_p50'];
  const means = new Map<string, number>();
  for (const word of order)
    for (const value of values)
      if (value.field !== null && value.word === word && !means.has(value.stem)) means.set(value.stem, value.number);
  for (const { field, stem, number, word } of values)
    if (field !== null && word !== 'stddev' && !means.has(stem)) means.set(stem, number);
  return Object.fromEntries(means);
}

/** Returns the names of times that are not those of a known series. */
function listUnread(values: readonly SummaryValue[]): string[] {
  return [...new Set(values.flatMap(({ stem, field }) => (field === null && isTimeName(stem) ? [stem] : [])))];
}

function describeSummary(
  read: readonly ForkField[],
  { unit, unread }: { unit: ImportTimeUnit | undefined; unread: readonly string[] },
): string[] {
  const names = [...new Set(read.map(({ name }) => name))];
  const isScaled = read.some((field) => field.unitS !== getUnitS(field, unit));
  const whose = `The summary is that of ${nameFork(names)}. Its statistics were read from ${names.join(', ')}.`;
  return [
    ...(names.length === 0 ? [] : [whose]),
    ...(isScaled ? [`Times of the summary were read as ${unit === 'ms' ? 'milliseconds' : 'seconds'}.`] : []),
    ...(unread.length === 0 ? [] : [`Times of the summary that were not read: ${unread.slice(0, 12).join(', ')}.`]),
  ];
}
