import type { SchemaElement } from 'hyparquet';
import type { ColumnKind, SampleColumns } from '../sample/field-kinds.ts';
import { llmperfRecordSchema } from '../sample/imported.ts';
import type { Sample } from '../sample/sample.ts';
import { createTextIndex } from '../sample/sample-columns.ts';
import { type SampleColumn, sampleColumns } from '../sample/sample-fields.ts';

/* Parquet columns of an archive. All of them except the placement are derived from the fields of a sample. */

/** Where the samples of a file belong. Every row repeats it, so that a query over many files can group by it. */
export type Placement = { runId: string; stageIndex: number; targetId: string; levelIndex: number };

export type ArchiveValue = string | number | bigint | boolean | null;

/** Types of Parquet columns: 64-bit integers for counts, doubles for times in ms, UTF-8 text, and booleans. */
const types = {
  integer: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  flag: { type: 'BOOLEAN' },
} as const satisfies Record<string, Partial<SchemaElement>>;
type ArchiveType = keyof typeof types;

const typesByKind: Readonly<Record<ColumnKind, ArchiveType>> = {
  number: 'integer',
  decimal: 'double',
  flag: 'flag',
  presence: 'flag',
  word: 'text',
  text: 'text',
  record: 'text',
};

export type SampleFileColumn = { name: string; type: ArchiveType; field: SampleColumn };

/** Names the Parquet column of a sample field: `usage.inputTokens` becomes `usageInputTokens`, `usage` `hasUsage`. */
function nameColumn({ name, kind }: SampleColumn): string {
  if (kind === 'presence') return `has${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return name.replace(/\.(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Columns of the samples, in the order of their slots. A new field of a sample becomes the last column. */
export const sampleFileColumns: readonly SampleFileColumn[] = sampleColumns.map((field) => ({
  name: nameColumn(field),
  type: field.isTime ? 'double' : typesByKind[field.kind],
  field,
}));

/**
 * Column with the texts of a row that UTF-8 cannot represent, as a JSON object by column name. They contain half of a
 * surrogate pair, such as a message that was cut. Their own columns have U+FFFD instead.
 */
export const exactTextsName = 'exactTexts';

const placementTypes = { runId: 'text', stageIndex: 'integer', targetId: 'text', levelIndex: 'integer' } as const;
const placementNames = Object.keys(placementTypes) as (keyof Placement)[]; // the names are the keys of an object literal

const describeColumn = (name: string, type: ArchiveType, repetition_type: 'REQUIRED' | 'OPTIONAL'): SchemaElement => ({
  name,
  ...types[type],
  repetition_type,
});

const elements = [
  ...placementNames.map((name) => describeColumn(name, placementTypes[name], 'REQUIRED')),
  ...sampleFileColumns.map(({ name, type }) => describeColumn(name, type, 'OPTIONAL')),
  describeColumn(exactTextsName, 'text', 'OPTIONAL'),
];

/** Parquet schema of the archived samples. */
export const sampleFileSchema: SchemaElement[] = [{ name: 'samples', num_children: elements.length }, ...elements];

/** Converts the values of samples to the values of each Parquet column, in the order of the schema. */
export function listColumnValues(
  placement: Placement,
  samples: readonly Sample[],
): { name: string; type: ArchiveType; data: ArchiveValue[] }[] {
  const placed = placementNames.map((name) => {
    const value = placement[name];
    return {
      name,
      type: placementTypes[name],
      data: samples.map(() => (typeof value === 'number' ? BigInt(value) : value)),
    };
  });
  const exactTexts = samples.map((): Record<string, string> | null => null);
  const columns = sampleFileColumns.map(({ name, type, field }) => {
    const data = samples.map((sample, row) => {
      const value = toArchiveValue(field.kind, type, field.pick(sample));
      if (field.kind !== 'text' || typeof value !== 'string' || value.isWellFormed()) return value;
      exactTexts[row] = { ...exactTexts[row], [name]: value };
      return value.toWellFormed();
    });
    return { name, type, data };
  });
  const data = exactTexts.map((texts) => (texts === null ? null : JSON.stringify(texts)));
  return [...placed, ...columns, { name: exactTextsName, type: 'text', data }];
}

function toArchiveValue(kind: ColumnKind, type: ArchiveType, value: unknown): ArchiveValue {
  if (value === null || value === undefined) return null;
  if (kind === 'record') return JSON.stringify(value);
  if (type === 'text') return String(value);
  if (type === 'flag') return Boolean(value);
  return type === 'integer' ? BigInt(Number(value)) : Number(value);
}

/** Creates a function that converts a value of a Parquet column to the number in a column of samples. */
export function createValueReader({ texts, records }: SampleColumns) {
  const indexText = createTextIndex(texts);
  return ({ kind, words, name }: SampleColumn, value: ArchiveValue): number => {
    if (value === null) return Number.NaN;
    if (kind === 'record') return records.push(llmperfRecordSchema.parse(JSON.parse(String(value)))) - 1;
    if (kind === 'text') return indexText(String(value));
    if (kind !== 'word') return Number(value);
    const wordIndex = words.indexOf(String(value));
    if (wordIndex < 0) throw new RangeError(`${String(value).slice(0, 40)} is not a value of ${name}`);
    return wordIndex;
  };
}
