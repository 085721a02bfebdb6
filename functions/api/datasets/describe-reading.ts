import { getDatasetForm } from '../../../shared/workload/datasets/forms/registry.ts';
import type { DatasetReading } from '../../../shared/workload/datasets/reading.ts';
import { describeTimes } from '../../../shared/workload/datasets/time-unit.ts';
import type { ConvertedEntries } from './upload.ts';

/** Maximum number of names that are stored. A file with a name of its own in each line can have a million. */
const maxNames = 50;
const maxNameLength = 100;

/** Describes what was read from a file and what was not. */
export function describeReading(
  converted: ConvertedEntries,
  read: Pick<DatasetReading, 'encoding' | 'spanMs' | 'uploadSha256'>,
): DatasetReading {
  const { format, entries, ignored, omitted } = converted;
  const ignoredColumns = [...ignored].slice(0, maxNames).map((name) => name.slice(0, maxNameLength));
  const reasons = [...omitted].map(([reason, count]) => ({ reason, entries: count }));
  const total = reasons.reduce((sum, { entries: count }) => sum + count, entries.length);
  const times = converted.kind === 'trace' ? `; ${describeTimes(converted.timeUnit, read.spanMs ?? 0)}` : '';
  return {
    format,
    ...read,
    timeUnit: converted.kind === 'trace' ? converted.timeUnit : null,
    blockTokens: converted.kind === 'trace' ? converted.blockTokens : null,
    omitted: reasons,
    ignoredColumns,
    notes: [
      `Read as ${getDatasetForm(format).title}: ${count(entries.length, 'entry', 'entries')}${times}.`,
      ...reasons.map(({ reason, entries: own }) => `${own} of ${count(total, 'entry', 'entries')} omitted: ${reason}.`),
      ...(ignored.size === 0 ? [] : [`Not used: ${ignoredColumns.join(', ')}${ignored.size > maxNames ? ', …' : ''}.`]),
    ],
  };
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
