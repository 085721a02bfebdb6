import { z } from 'zod';
import type { LlmperfRecord } from './imported.ts';

/**
 * Samples as columns: one array per field or member, with a number per row and NaN for null. A million samples take
 * about 250 MB, which the garbage collector does not scan.
 */
export type SampleColumns = {
  length: number;
  /** The columns by slot; null if the field is null in every row. */
  columns: (Float64Array | null)[];
  /** The texts that text columns refer to by index. */
  texts: string[];
  /** The records that record columns refer to by index. */
  records: LlmperfRecord[];
};

/**
 * The meaning of a column's numbers: the number itself, 0 or 1, or an index in the column's words, in `texts`, or in
 * `records`. A block stores a decimal as text. A presence flag is 0 if the group is null.
 */
export type ColumnKind = 'number' | 'decimal' | 'flag' | 'presence' | 'word' | 'text' | 'record';

/** The value that a block subtracts from a number to store a smaller one, from the previous or the same row. */
export type Origin =
  | 'previousRow'
  | 'previousInstant'
  | 'requestedOutputTokens'
  | 'inputTokens'
  | 'outputTokens'
  | 'outputEvents'
  | 'expectedNumber';

export type Column = {
  /** Position in the block and in memory. A new field uses the next free slot; slots are never reused. */
  slot: number;
  kind: ColumnKind;
  isNullable: boolean;
  words: readonly string[];
  /** Null if a block stores the number itself. An origin in the same row has a lower slot. */
  from: Origin | null;
  /** Whether the number is in milliseconds, stored as integer microseconds. */
  isTime: boolean;
};

/** A field with one column. `empty` is its value in an empty sample. */
export type Leaf<S extends z.ZodType> = { schema: S; column: Column; empty: unknown };

/** A field with members. It is null if its presence flag is 0 or, without a flag, if its required member is null. */
export type Group<M extends Record<string, Leaf<z.ZodType>>> = {
  schema: z.ZodNullable<Joined<M>>;
  members: M;
  presence: Column;
};

type Rest = Partial<Pick<Column, 'from' | 'isTime' | 'words'>>;

function leaf<S extends z.ZodType>(
  slot: number,
  kind: ColumnKind,
  schema: S,
  empty: unknown,
  rest: Rest = {},
): Leaf<S> {
  const isNullable = schema.safeParse(null).success;
  const column: Column = { slot, kind, isNullable, words: [], from: null, isTime: false, ...rest };
  return { schema, column, empty: isNullable ? null : empty };
}

export const number = <S extends z.ZodType<number | null>>(slot: number, schema: S, rest?: Omit<Rest, 'words'>) =>
  leaf(slot, 'number', schema, 0, rest);

export const decimal = <S extends z.ZodType<number | null>>(slot: number, schema: S) =>
  leaf(slot, 'decimal', schema, 0);

const nullableMs = z.number().nullable();

export const time = (slot: number, schema = nullableMs, from: Origin | null = null) =>
  number(slot, schema, { isTime: true, from });

/** Defines a timestamp of a request. Timestamps occur in the order of their slots. */
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

/** Defines a group of members. It needs a presence slot if no member is required. */
export function group<M extends Record<string, Leaf<z.ZodType>>>(members: M, presenceSlot?: number): Group<M> {
  const flag = presenceSlot === undefined ? undefined : leaf(presenceSlot, 'presence', z.boolean(), false);
  const presence = flag ?? Object.values(members).find(({ column }) => !column.isNullable);
  if (presence === undefined) throw new Error('A group needs a required member or a presence flag');
  return { schema: joinSchemas(members).nullable(), members, presence: presence.column };
}

type Joined<F extends Record<string, { schema: z.ZodType }>> = z.ZodObject<{ [K in keyof F]: F[K]['schema'] }>;

/** Joins the schemas of fields to an object schema. */
export function joinSchemas<F extends Record<string, { schema: z.ZodType }>>(fields: F): Joined<F> {
  const shape = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return z.object(shape) as Joined<F>; // `fromEntries` loses the names
}
