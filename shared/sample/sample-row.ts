import { createSample } from './create-sample.ts';
import type { Column, SampleColumns } from './field-kinds.ts';
import type { Sample } from './sample.ts';
import { type SampleField, sampleFields } from './sample-fields.ts';

/* How a row of columns is read as a sample: accessors, one per field, that read the columns when asked. */

/** Where a sample is, or a group of it. */
type Place = { readonly all: SampleColumns; readonly row: number };
type Getter = (this: Place) => unknown;
type PlaceClass = new (all: SampleColumns, row: number) => Place;

/** Creates a class with these accessors. Each is a closure over its slot, which the engine inlines as a constant. */
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
        if (found === null && !isNullable) throw new RangeError(`row ${this.row} has no ${name}`);
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

/** Returns NaN where the value is null. */
function numberAt({ all, row }: Place, slot: number): number {
  return all.columns[slot]?.[row] ?? Number.NaN;
}

function entryAt<T>(list: readonly T[], place: Place, slot: number): T | null {
  const index = numberAt(place, slot);
  return Number.isNaN(index) ? null : (list[index] ?? null);
}

/** A sample that reads its columns when asked. To keep, spread or send one, take `copySample` of it. */
export const SampleRow = createPlaceClass(
  Object.entries(sampleFields).map(([name, field]) => [name, createFieldGetter(name, field)]),
) as unknown as new (
  all: SampleColumns,
  row: number,
) => Sample; // its accessors are the fields of a sample

/** Returns the samples of the columns, each a `SampleRow`. */
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
    sample[name] = members === null || value === null ? value : copyMembers(value as Values, members); // of a group
  }
  return sample as Sample; // every field has its value
}

function copyMembers(group: Values, members: readonly string[]): Values {
  return Object.fromEntries(members.map((member) => [member, group[member]]));
}
