import type { z } from 'zod';
import { type Column, joinSchemas, type SampleColumns } from './field-kinds.ts';
import type { NotSentReason } from './outcome.ts';
import { type SampleField, sampleFields } from './sample-fields.ts';

/**
 * Schema of a sample: one request's raw timestamps, counts, and outcome. Timestamps are in ms (with microsecond digits)
 * since `originWallMs` of the batch attempt, measured with the worker's monotonic clock. Metrics are not stored.
 */
export const sampleSchema = joinSchemas(sampleFields);
export type Sample = z.infer<typeof sampleSchema>;

export type Usage = NonNullable<Sample['usage']>;

/** Arrival times of a request's output events in ms, with the same time origin as the sample. Stored separately. */
export type Timeline = { requestIndex: number; outputEventsMs: number[] };

const emptyFields = Object.entries(sampleFields)
  .map(([name, field]) => [name, 'empty' in field ? field.empty : null])
  .filter(([, empty]) => empty !== undefined);

// Spreading creates an object in V8's fast mode, and copies of it are also fast. `Object.fromEntries` loses the type.
const emptySample = { ...Object.fromEntries(emptyFields) } as Sample;

/** Creates a sample from known fields. All other fields have the values of a request that was never sent. */
export function createSample(known: Partial<Sample>): Sample {
  return { ...emptySample, ...known };
}

export function createUnsentSample(
  requestIndex: number,
  warmup: boolean,
  batchIndex: number,
  notSentReason: NotSentReason,
): Sample {
  return createSample({ requestIndex, warmup, batchIndex, notSentReason });
}

/** Refers to one sample in columns, or to a group of fields in that sample. */
type Place = { readonly all: SampleColumns; readonly row: number };
type Getter = (this: Place) => unknown;
type PlaceClass = new (all: SampleColumns, row: number) => Place;

/** Creates a class with the given getters. V8 inlines the slot number of each getter, because it is constant. */
function createPlaceClass(getters: readonly (readonly [string, Getter])[]): PlaceClass {
  class At implements Place {
    readonly all: SampleColumns;
    readonly row: number;

    constructor(all: SampleColumns, row: number) {
      this.all = all;
      this.row = row;
    }
  }
  for (const [name, get] of getters) Object.defineProperty(At.prototype, name, { get, enumerable: true });
  return At;
}

function createGetter(name: string, { slot, kind, isNullable, words }: Column): Getter {
  switch (kind) {
    case 'flag':
      return function () {
        const value = numberAt(this, slot);
        return isNullable && Number.isNaN(value) ? null : value === 1;
      };
    case 'word':
      return function () {
        const found = entryAt(words, this, slot);
        if (found === null && !isNullable) throw new RangeError(`Row ${this.row} has no value for ${name}`);
        return found;
      };
    case 'text':
      return function () {
        return entryAt(this.all.texts, this, slot);
      };
    case 'record':
      return function () {
        return entryAt(this.all.records, this, slot) ?? undefined;
      };
    default:
      return function () {
        const value = numberAt(this, slot);
        return isNullable && Number.isNaN(value) ? null : value;
      };
  }
}

function createFieldGetter(name: string, field: SampleField): Getter {
  if ('column' in field) return createGetter(name, field.column);
  const { slot, kind } = field.presence;
  const Group = createPlaceClass(
    Object.entries(field.members).map(([member, { column }]) => [member, createGetter(member, column)]),
  );
  return function () {
    const value = numberAt(this, slot);
    const isPresent = kind === 'presence' ? value === 1 : !Number.isNaN(value);
    return isPresent ? new Group(this.all, this.row) : null;
  };
}

/** Returns the number in a column; NaN represents null. */
function numberAt({ all, row }: Place, slot: number): number {
  return all.columns[slot]?.[row] ?? Number.NaN;
}

function entryAt<T>(list: readonly T[], place: Place, slot: number): T | null {
  const index = numberAt(place, slot);
  return Number.isNaN(index) ? null : (list[index] ?? null);
}

/** Sample that reads its values from columns on each access. Call `copySample` to keep, spread, or send the sample. */
export const SampleRow = createPlaceClass(
  Object.entries(sampleFields).map(([name, field]) => [name, createFieldGetter(name, field)]),
) as unknown as new (
  all: SampleColumns,
  row: number,
) => Sample; // The created class has a getter for each field

export function listRows(all: SampleColumns): Sample[] {
  return Array.from({ length: all.length }, (_, row) => new SampleRow(all, row));
}

const fields = Object.entries(sampleFields).map(([name, field]) => ({
  name,
  members: 'members' in field ? Object.keys(field.members) : null,
}));
type Values = Readonly<Record<string, unknown>>;

/** Copies a sample (a plain object or a `SampleRow`) into a new plain object. */
export function copySample(row: Sample): Sample {
  const from: Values = row;
  const sample: Record<string, unknown> = createSample({});
  for (const { name, members } of fields) {
    const value = from[name];
    if (value === undefined) continue;
    // A group of fields is an object or null.
    sample[name] = members === null || value === null ? value : copyMembers(value as Values, members);
  }
  return sample as Sample; // All fields have been set
}

function copyMembers(group: Values, members: readonly string[]): Values {
  return Object.fromEntries(members.map((member) => [member, group[member]]));
}
