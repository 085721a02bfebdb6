import { readNumber } from '../../metrics/read-recorded-metric.ts';
import type { LlmperfRecord } from '../../sample/imported.ts';
import { describeFork } from './describe-fork.ts';
import { type ForkField, isTimeName, nameFork, readFieldName, type SeriesName } from './fork-fields.ts';

export type ImportTimeUnit = 's' | 'ms';

/** Records with LLMPerf's names and units in addition to their own, and sentences about whose fields they are. */
export type ConvertedRecords = { records: LlmperfRecord[]; notes: string[] };
export type ForkFault = { fault: string; remedy: string };

/**
 * Adds LLMPerf's fields to records of a fork, which has other names or units. Records of LLMPerf stay unchanged.
 * @param timeUnit unit of the times that the caller stated. Null if the names or the numbers show it
 */
export function convertForkRecords(
  records: LlmperfRecord[],
  timeUnit: ImportTimeUnit | null,
): ConvertedRecords | ForkFault {
  const names = [...new Set(records.flatMap(Object.keys))];
  const fields = chooseFields(records, names);
  const times = [...fields.values()].filter(({ series }) => isTimeSeries(series));
  const numeric = listNumericNames(records);
  const others = names.filter((name) => isTimeName(name) && numeric.has(name));
  if (times.length === 0 && others.length > 0) return explainTimes(others);
  const unit = chooseUnit(records, fields, timeUnit);
  if (unit === null) return explainUnit(times);
  const changed = [...fields.values()].filter((field) => field.name !== field.series || getUnitS(field, unit) !== 1);
  if (changed.length === 0) return { records, notes: [] };
  const converted = records.map((record) => ({ ...record, ...readSeries(record, changed, unit) }));
  const unread = names.filter((name) => isTimeName(name) && ![...fields.values()].some((field) => field.name === name));
  const isScaled = changed.some((field) => field.unitS !== getUnitS(field, unit));
  const notes = describeFork(converted, {
    fork: nameFork(names),
    fields: changed,
    unread,
    unit: isScaled ? unit : null,
  });
  return { records: converted, notes };
}

export function isTimeSeries(series: SeriesName): boolean {
  return ['ttft_s', 'end_to_end_latency_s', 'inter_token_latency_s'].includes(series);
}

/** Returns the names under which some record has a number. */
function listNumericNames(records: readonly LlmperfRecord[]): ReadonlySet<string> {
  const numeric = new Set<string>();
  for (const record of records)
    for (const [name, value] of Object.entries(record)) if (readNumber(value) !== null) numeric.add(name);
  return numeric;
}

/** Chooses the field of each series: LLMPerf's own name, else the first known name with numbers. */
export function chooseFields(records: readonly LlmperfRecord[], names: readonly string[]): Map<SeriesName, ForkField> {
  const fields = new Map<SeriesName, ForkField>();
  const numeric = listNumericNames(records);
  for (const field of names.flatMap((name) => readFieldName(name) ?? [])) {
    const present = fields.get(field.series);
    const isOwn = field.name === field.series;
    const isBetter = present === undefined || isOwn || (present.name !== present.series && field.rank < present.rank);
    if (isBetter && (isOwn || numeric.has(field.name))) fields.set(field.series, field);
  }
  return fields;
}

/** Explains that times have an unknown unit. */
export function explainUnit(times: readonly ForkField[]): ForkFault {
  const list = times.filter(({ unitS }) => unitS === null).map(({ name }) => name);
  return {
    fault: `does not show the unit of ${list.join(', ')}`,
    remedy: 'State the unit of the times in a JSON body: "timeUnit": "s" or "timeUnit": "ms"',
  };
}

function explainTimes(names: readonly string[]): ForkFault {
  const isServer = names.every((name) => name.startsWith('server_'));
  const whose = isServer ? 'which the server measured' : 'which are not the names of LLMPerf or of a known fork';
  return {
    fault: `contains times only in ${names.slice(0, 8).join(', ')}, ${whose}`,
    remedy: 'Rename the fields to ttft_s, end_to_end_latency_s, and inter_token_latency_s, in seconds',
  };
}

/**
 * Chooses the unit of times: the stated one, that of the names, or the one in which speed · latency = tokens. Returns
 * undefined if each name shows its own unit, and null if the unit is unknown.
 */
export function chooseUnit(
  records: readonly LlmperfRecord[],
  fields: ReadonlyMap<SeriesName, ForkField>,
  stated: ImportTimeUnit | null,
): ImportTimeUnit | undefined | null {
  if (stated !== null) return stated;
  const isShown = [...fields.values()].every(({ unitS }) => unitS !== null);
  const ratio = computeSpeedRatio(records, fields);
  if (ratio !== null && Math.abs(ratio / 1_000 - 1) < speedTolerance) return 'ms';
  if (isShown) return undefined;
  if (ratio !== null && Math.abs(ratio - 1) < speedTolerance) return 's';
  const latency = median(readEach(records, fields.get('end_to_end_latency_s')));
  if (latency === null) return null;
  if (latency < mostLatencyS) return 's';
  return latency >= leastLatencyMs ? 'ms' : null;
}

/** A speed of one unit of time differs from that of another by a factor of 1,000. */
const speedTolerance = 0.5;
/** A latency below this number of ms, or above this number of seconds, is not plausible. */
const mostLatencyS = 20;
const leastLatencyMs = 1_000;

/** Returns the median of speed · latency / tokens, in the units of the fields. Null if one of them is missing. */
function computeSpeedRatio(
  records: readonly LlmperfRecord[],
  fields: ReadonlyMap<SeriesName, ForkField>,
): number | null {
  const [speed, latency, tokens] = (
    ['request_output_throughput_token_per_s', 'end_to_end_latency_s', 'number_output_tokens'] as const
  ).map((series) => fields.get(series));
  // A unit in the name is more reliable than a ratio, except in LLMPerf's own names, which forks keep.
  if (speed === undefined || latency === undefined || tokens === undefined) return null;
  if (latency.unitS !== null && latency.name !== latency.series) return null;
  const ratios = records.flatMap((record) => {
    const [v, t, n] = [speed, latency, tokens].map(({ name }) => readNumber(record[name]));
    return v == null || t == null || n == null || n === 0 ? [] : [(v * t) / n];
  });
  return median(ratios);
}

function readEach(records: readonly LlmperfRecord[], field: ForkField | undefined): number[] {
  if (field === undefined) return [];
  return records.map((record) => readNumber(record[field.name])).filter((value) => value !== null);
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** Returns the unit of a field in seconds. The unit of the times replaces only that of LLMPerf's own names. */
export function getUnitS({ series, name, unitS }: ForkField, unit: ImportTimeUnit | undefined): number {
  if (!isTimeSeries(series)) return 1;
  if (unit === undefined || (unitS !== null && name !== series)) return unitS ?? 1;
  return unit === 'ms' ? 1e-3 : 1;
}

function readSeries(
  record: LlmperfRecord,
  fields: readonly ForkField[],
  unit: ImportTimeUnit | undefined,
): LlmperfRecord {
  return Object.fromEntries(
    fields.map((field): [string, number | null] => {
      const value = readNumber(record[field.name]);
      return [field.series, value === null ? null : Number((value * getUnitS(field, unit)).toPrecision(15))];
    }),
  );
}
