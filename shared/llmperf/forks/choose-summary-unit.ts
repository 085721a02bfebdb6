import { readNumber } from '../../metrics/read-recorded-metric.ts';
import type { LlmperfRecord } from '../../sample/imported.ts';
import { chooseUnit, type ImportTimeUnit, isTimeSeries, median } from './convert-fork.ts';
import type { ForkField, SeriesName } from './fork-fields.ts';

type SummaryTimes = {
  chosen: ReadonlyMap<SeriesName, ForkField>;
  /** Whether each name of a time shows its unit. */
  isShown: boolean;
  stated: ImportTimeUnit | null;
  records: readonly LlmperfRecord[];
};

/**
 * Chooses the unit of the times of a summary: the stated one, that of the names, that in which the summary agrees with
 * its records, or the one in which speed · latency = tokens. Returns undefined if each name shows its own unit, and null
 * if the unit is unknown.
 * @param means one number for each field of the summary
 */
export function chooseSummaryUnit(
  means: LlmperfRecord,
  { chosen, isShown, stated, records }: SummaryTimes,
): ImportTimeUnit | undefined | null {
  if (stated !== null) return stated;
  const byRecords = isShown ? null : compareWithRecords(means, chosen, records);
  const unit = byRecords ?? chooseUnit([means], chosen, null);
  return unit === undefined && !isShown ? null : unit;
}

/** Factor by which the numbers of a summary may differ from those of its records. */
const tolerance = 10;

/** Returns the unit in which a time without a unit agrees with the same time of the records, in seconds. */
function compareWithRecords(
  means: LlmperfRecord,
  chosen: ReadonlyMap<SeriesName, ForkField>,
  records: readonly LlmperfRecord[],
): ImportTimeUnit | null {
  for (const { name, series, unitS } of chosen.values()) {
    if (!isTimeSeries(series) || unitS !== null) continue;
    const recordedS = median(
      records.flatMap((record) => readNumber(record[series]) ?? []).filter((value) => value > 0),
    );
    const value = readNumber(means[name]);
    if (recordedS === null || value === null) continue;
    const ratio = value / recordedS;
    if (isNear(ratio, 1)) return 's';
    if (isNear(ratio, 1_000)) return 'ms';
  }
  return null;
}

function isNear(ratio: number, expected: number): boolean {
  return ratio > expected / tolerance && ratio < expected * tolerance;
}
