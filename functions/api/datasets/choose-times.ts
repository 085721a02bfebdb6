import { throwFaults } from '../../../shared/errors/app-error.ts';
import type { Row } from '../../../shared/workload/datasets/encodings/row.ts';
import type { TraceForm } from '../../../shared/workload/datasets/forms/dataset-form.ts';
import { isFields, readNumeric } from '../../../shared/workload/datasets/forms/read-messages.ts';
import { type DatasetFormName, getDatasetForm } from '../../../shared/workload/datasets/forms/registry.ts';
import { readTimestamp } from '../../../shared/workload/datasets/read-trace.ts';
import { findEpochUnit, listTimeUnits, type TimeUnit, timeUnits } from '../../../shared/workload/datasets/time-unit.ts';
import type { UploadOptions } from './upload.ts';

type Times = { format: DatasetFormName; form: TraceForm; columns: TraceForm['columns']; timeUnit: TimeUnit | null };

/**
 * Chooses the columns of a trace and the unit of its timestamps (null for dates). Mooncake and vLLM use the same columns
 * with different units, so the unit is detected unless the caller states it or the format.
 * @throws AppError INVALID_REQUEST if several units are plausible
 */
export function chooseTimes(
  rows: readonly Row[],
  { format, form, isGiven }: { format: DatasetFormName; form: TraceForm; isGiven: boolean },
  options: UploadOptions,
): Times {
  const columns = { ...form.columns, ...options.columns };
  const stamps = readStamps(rows, columns.atMs);
  const chosen = { format, form, columns };
  if (options.timeUnit !== undefined) return { ...chosen, timeUnit: options.timeUnit };
  if (stamps.areDates) return { ...chosen, timeUnit: null };
  const isRenamed = columns.atMs !== form.columns.atMs;
  const isOfForm = isGiven || (format !== 'mooncake' && !isRenamed);
  const units = isOfForm ? checkUnit(form, stamps.numbers) : listTimeUnits(stamps.numbers);
  const [timeUnit = 'ms', ...others] = units;
  if (others.length > 0) throwFaults('INVALID_REQUEST', [explainAmbiguous(rows, columns.atMs, [timeUnit, ...others])]);
  const vllm = getDatasetForm('vllm');
  if (format === 'mooncake' && timeUnit === 's' && vllm.kind === 'trace')
    return { format: 'vllm', form: vllm, columns, timeUnit };
  return { ...chosen, timeUnit };
}

/** Lists the unit of the form, and that of times since 1970 if it is another one. */
function checkUnit({ timeUnit }: TraceForm, stamps: readonly number[]): readonly TimeUnit[] {
  if (timeUnit === null) return listTimeUnits(stamps);
  const epochUnit = findEpochUnit(stamps);
  return epochUnit === null || epochUnit === timeUnit ? [timeUnit] : [epochUnit, timeUnit];
}

function readStamps(rows: readonly Row[], name: string): { areDates: boolean; numbers: number[] } {
  const stamps = rows.flatMap((row) => ('value' in row && isFields(row.value) ? [row.value[name]] : []));
  const [first] = stamps;
  return {
    areDates:
      typeof first === 'string' && (readTimestamp(first.trim()) !== null || typeof readNumeric(first) !== 'number'),
    numbers: stamps.map(readNumeric).filter((stamp) => typeof stamp === 'number'),
  };
}

function explainAmbiguous(rows: readonly Row[], name: string, units: readonly TimeUnit[]) {
  const names = units.map((unit) => timeUnits[unit].name).join(' and ');
  return {
    pointer: `${rows[0]?.place ?? ''}/${name}`,
    fault: `does not show its unit: ${names} are both plausible`,
    remedy: `State the unit with ${units.map((unit) => `timeUnit=${unit}`).join(' or ')}`,
  };
}
