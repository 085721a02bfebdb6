import type { Column, SampleColumns } from './field-kinds.ts';
import { createSample, type Sample } from './sample.ts';
import { type SampleField, sampleFields } from './sample-fields.ts';

/** The place of a sample, or of a group in it. */
type Place = { readonly all: SampleColumns; readonly row: number };
type Getter = (this: Place) => unknown;
type PlaceClass = new (all: SampleColumns, row: number) => Place;

/** Creates a class with these accessors. Each closes over its slot, which V8 inlines as a constant. */
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
        if (found === null && !isNullable) throw new RangeError(`Row ${this.row} has a null ${name}`);
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
      return isNullable
        ? function () {
            const value = numberAt(this, slot);
            return Number.isNaN(value) ? null : value;
          }
        : function () {
            return numberAt(this, slot);
          };
  }
}

function createFieldGetter(name: string, field: SampleField): Getter {
  if ('column' in field) return createGetter(name, field.column);
  const { slot } = field.presence;
  const Group = createPlaceClass(
    Object.entries(field.members).map(([member, { column }]) => [member, createGetter(member, column)]),
  );
  return field.presence.kind === 'presence'
    ? function () {
        return numberAt(this, slot) === 1 ? new Group(this.all, this.row) : null;
      }
    : function () {
        return Number.isNaN(numberAt(this, slot)) ? null : new Group(this.all, this.row);
      };
}

/** Returns the number; NaN for null. */
function numberAt({ all, row }: Place, slot: number): number {
  return all.columns[slot]?.[row] ?? Number.NaN;
}

function entryAt<T>(list: readonly T[], place: Place, slot: number): T | null {
  const index = numberAt(place, slot);
  return Number.isNaN(index) ? null : (list[index] ?? null);
}

/** A sample that reads its columns on access. Use `copySample` to keep, spread or send it. */
export const SampleRow = createPlaceClass(
  Object.entries(sampleFields).map(([name, field]) => [name, createFieldGetter(name, field)]),
) as unknown as new (
  all: SampleColumns,
  row: number,
) => Sample; // has an accessor for each field

/** Returns all samples of the columns as `SampleRow`s. */
export function listRows(all: SampleColumns): Sample[] {
  return Array.from({ length: all.length }, (_, row) => new SampleRow(all, row));
}

const fields = Object.entries(sampleFields).map(([name, field]) => ({
  name,
  members: 'members' in field ? Object.keys(field.members) : null,
}));
type Values = Readonly<Record<string, unknown>>;

/** Copies a sample, which may be a row of columns, into a plain object. */
export function copySample(row: Sample): Sample {
  const from: Values = row;
  const sample: Record<string, unknown> = createSample({});
  for (const { name, members } of fields) {
    const value = from[name];
    if (value === undefined) continue;
    sample[name] = members === null || value === null ? value : copyMembers(value as Values, members); // a group
  }
  return sample as Sample; // every field is set
}

function copyMembers(group: Values, members: readonly string[]): Values {
  return Object.fromEntries(members.map((member) => [member, group[member]]));
}
