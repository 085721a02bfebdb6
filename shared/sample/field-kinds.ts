import { z } from 'zod';
import type { LlmperfRecord } from './imported.ts';

/**
 * Stores samples in columns: one array per field, with one number per sample. NaN means null. Arrays of numbers keep
 * memory small (about 250 MB for a million samples), and the garbage collector does not scan them.
 */
export type SampleColumns = {
  length: number;
  /** Columns by slot number (see `Column`). An entry is null if the field is null in every sample. */
  columns: (Float64Array | null)[];
  /** Distinct strings. Columns of kind `text` store indices into this list. */
  texts: string[];
  /** LLMPerf records. Columns of kind `record` store indices into this list. */
  records: LlmperfRecord[];
};

/**
 * Meaning of a column's numbers. `number` and `decimal`: the value (encoded as text if `decimal`). `flag`: 0 or 1.
 * `presence`: 1, or 0 if the group is null. `word`, `text`, `record`: an index into `words`, `texts`, or `records`.
 */
export type ColumnKind = 'number' | 'decimal' | 'flag' | 'presence' | 'word' | 'text' | 'record';

export type Column<From extends string = string> = {
  /** Fixed position of the column. A new field gets the next unused slot number; removed fields keep their numbers. */
  slot: number;
  kind: ColumnKind;
  isNullable: boolean;
  words: readonly string[];
  /**
   * Reference value that is subtracted when the column is encoded, because small differences compress well. Null if
   * blocks store the full number. The reference field must have a lower slot number.
   */
  from: From | null;
  /** Whether the number is a time in ms. Blocks store times as whole microseconds. */
  isTime: boolean;
};

/** Field that is stored in one column. `empty` is the field's value in an empty sample. */
export type Leaf<S extends z.ZodType, From extends string = string> = {
  schema: S;
  column: Column<From>;
  empty: unknown;
};

/** Group of fields (`usage`). Null if its presence flag is 0. Without a flag, null if a required field is null. */
export type Group<M extends Record<string, Leaf<z.ZodType>>> = {
  schema: z.ZodNullable<Joined<M>>;
  members: M;
  presence: Column;
};

type Rest<From extends string> = Partial<Pick<Column<From>, 'from' | 'isTime' | 'words'>>;

function leaf<S extends z.ZodType, From extends string = never>(
  slot: number,
  kind: ColumnKind,
  schema: S,
  empty: unknown,
  rest: Rest<From> = {},
): Leaf<S, From> {
  const isNullable = schema.safeParse(null).success;
  const column: Column<From> = { slot, kind, isNullable, words: [], from: null, isTime: false, ...rest };
  return { schema, column, empty: isNullable ? null : empty };
}

export const number = <S extends z.ZodType<number | null>, From extends string = never>(
  slot: number,
  schema: S,
  rest?: Omit<Rest<From>, 'words'>,
) => leaf(slot, 'number', schema, 0, rest);

export const decimal = <S extends z.ZodType<number | null>>(slot: number, schema: S) =>
  leaf(slot, 'decimal', schema, 0);

const nullableMs = z.number().nullable();

export const time = <From extends string = never>(slot: number, schema = nullableMs, from: From | null = null) =>
  number(slot, schema, { isTime: true, from });

/** Defines a timestamp of a request. Slot numbers must follow the order in which the timestamps occur. */
export const instant = (slot: number) => time(slot, nullableMs, 'previousInstant');

export const flag = <S extends z.ZodType<boolean | null>>(slot: number, schema: S) => leaf(slot, 'flag', schema, false);

export const word = <S extends z.ZodType<string | null>>(
  slot: number,
  schema: S,
  words: readonly string[],
  empty?: string,
) => leaf(slot, 'word', schema, empty, { words });

export const text = <S extends z.ZodType<string | null>>(slot: number, schema: S) => leaf(slot, 'text', schema, '');

export const record = <S extends z.ZodType<LlmperfRecord | undefined>>(slot: number, schema: S) =>
  leaf(slot, 'record', schema, undefined);

/** Defines a group of fields. If no field is required, the group needs a slot for a presence flag. */
export function group<M extends Record<string, Leaf<z.ZodType>>>(members: M, presenceSlot?: number): Group<M> {
  const flag = presenceSlot === undefined ? undefined : leaf(presenceSlot, 'presence', z.boolean(), false);
  const presence = flag ?? Object.values(members).find(({ column }) => !column.isNullable);
  if (presence === undefined)
    throw new Error('Internal error: a group of optional fields has no flag that says whether the group is present');
  return { schema: joinSchemas(members).nullable(), members, presence: presence.column };
}

type Joined<F extends Record<string, { schema: z.ZodType }>> = z.ZodObject<{ [K in keyof F]: F[K]['schema'] }>;

export function joinSchemas<F extends Record<string, { schema: z.ZodType }>>(fields: F): Joined<F> {
  const shape = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return z.object(shape) as Joined<F>; // `Object.fromEntries` does not preserve the property names in the type
}
