import type { z } from 'zod';
import { AppError, type Fault, maxFaults } from '../../../shared/errors/app-error.ts';
import type { Steps } from '../../../shared/time-slices.ts';
import type { ParseJson, Row } from '../../../shared/workload/datasets/encodings/row.ts';
import { parseJsonBody } from '../http/body/define-json-body.ts';
import { checkBySchema } from '../http/faults/check-by-schema.ts';

export const parseJsonText: ParseJson = (text) => catchFaults(() => parseJsonBody(Buffer.from(text)));

/** Validates a value. Returns it, or faults with pointers relative to it. */
export function checkValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { value: z.output<Schema> } | { faults: Fault[] } {
  return catchFaults(() => checkBySchema(schema, value, 'body'));
}

export function readFaults(checked: { value: unknown } | { faults: Fault[] }): Fault[] {
  return 'faults' in checked ? checked.faults : [];
}

function catchFaults<Value>(work: () => Value): { value: Value } | { faults: Fault[] } {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { faults: error.faults };
  }
}

/** Reads every row until there are too many faults. Pointers of the faults start with the row's place. */
export function* collectFaults(rows: Iterable<Row>, read: (value: unknown, place: string) => Fault[]): Steps<Fault[]> {
  const faults: Fault[] = [];
  for (const row of rows) {
    const own = 'faults' in row ? row.faults : read(row.value, row.place);
    faults.push(...own.map((fault) => ({ ...fault, pointer: `${row.place}${fault.pointer}` })));
    if (faults.length >= maxFaults) return faults.slice(0, maxFaults);
    yield;
  }
  return faults;
}

/** Replaces our own field name at the start of a pointer by its place in the row. */
export function placeFault(fault: Fault, places: Readonly<Record<string, string | undefined>>): Fault {
  const [, field = '', ...rest] = fault.pointer.split('/');
  const place = places[field];
  return place === undefined ? fault : { ...fault, pointer: ['', place, ...rest].join('/') };
}
