import type { TimeUnit } from '../time-unit.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Fields that the `columns` parameter can map to a column of the file. */
export const traceFields = ['atMs', 'inputTokens', 'outputTokens', 'blockIds'] as const;
export const promptFields = ['prompt', 'messages', 'maxOutputTokens'] as const;
export type TraceField = (typeof traceFields)[number];
export type PromptField = (typeof promptFields)[number];
export type ColumnMap = Partial<Record<TraceField | PromptField, string>>;

type FormWords = {
  /** Name of the form in notes and error messages. */
  title: string;
  /** One line in this form. */
  example: string;
};

/** Form of a trace. Its rows differ from ours only in the names of columns and the unit of time. */
export type TraceForm = FormWords & {
  kind: 'trace';
  columns: Record<Exclude<TraceField, 'blockIds'>, string> & { blockIds?: string };
  /** Columns of which each file in this form has at least the first, or one of several alternatives. */
  marks: readonly (readonly string[])[];
  /** Unit of numbers in the time column. Null if files of this form use several units. Dates need no unit. */
  timeUnit: TimeUnit | null;
  /** Tokens of the block that each of the block ids represents. */
  blockTokens?: number;
  /** Whether rows with 0 tokens are requests that failed, which are omitted. If false, they are faults. */
  omitsEmpty: boolean;
};

/** A row in our own form, with the place of each of its fields in the row, and the names that were not used. */
export type PromptRow =
  | {
      value: Fields;
      places: { [Field in PromptField]?: string | undefined };
      used: readonly string[];
      ignored?: readonly string[];
    }
  | { omitted: string };

export type PromptForm = FormWords & {
  kind: 'prompts';
  /** Names that this form reads. */
  readNames: readonly string[];
  /** Returns whether a row with these columns has this form. */
  isForm(names: ReadonlySet<string>): boolean;
  /** Converts a row to our own form. @param isTable whether the row is a line of a table, in which all values are text */
  convert(row: Fields, options: { columns: ColumnMap; isTable: boolean }): PromptRow;
};

export type DatasetForm = TraceForm | PromptForm;
