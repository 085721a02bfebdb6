import { z } from 'zod';
import { type Column, decimal, flag, group, instant, number, record, text, time, word } from './field-kinds.ts';
import { llmperfRecordSchema } from './imported.ts';
import { notSentReasons, outcomes } from './outcome.ts';
import { notSentReasonSchema, outcomeSchema } from './outcome-schemas.ts';

const count = z.number().int().min(0);
const checksumWords = ['ok', 'mismatch', 'absent'] as const;

/**
 * Defines the fields of a sample: slot number, schema, and encoding in a block. The sample schema, `SampleRow`, the
 * empty sample, and the columns of CSV files and blocks are derived from this list.
 */
export const sampleFields = {
  requestIndex: number(
    0,
    count.describe('Position in the plan of the stage: measured requests are 0 … N-1, warm-up requests N … N+W-1'),
    { from: 'previousRow' },
  ),
  warmup: flag(1, z.boolean()),
  batchIndex: number(2, count, { from: 'previousRow' }),
  attempt: number(3, count.describe('Attempt of the batch; 0 if no attempt reached this request'), {
    from: 'previousRow',
  }),
  outcome: word(4, outcomeSchema, outcomes, 'not_sent'),
  notSentReason: word(5, notSentReasonSchema.nullable(), notSentReasons),
  disturbed: flag(
    45,
    z
      .boolean()
      .describe('Whether a stall of the worker distorted the times of the request. Metrics exclude disturbed requests'),
  ),
  originWallMs: time(
    6,
    z
      .number()
      .nullable()
      .describe('Wall-clock time of timestamp 0. It orders samples across workers and is not used for latencies'),
    'previousRow',
  ),
  dueMs: instant(7),
  startMs: instant(8),
  firstStartMs: time(
    47,
    z
      .number()
      .nullable()
      .describe(
        'Start of a first sending that met a closed connection or a redirect; null if the request was sent once. `startMs` is that of the last sending',
      ),
  ),
  sentMs: instant(9),
  headersMs: instant(10),
  firstReadMs: instant(11),
  firstOutputMs: instant(12),
  firstAnswerMs: instant(13),
  lastOutputMs: instant(14),
  endMs: instant(15),
  connection: group({ reused: flag(16, z.boolean()), dnsMs: time(17), connectMs: time(18), tlsMs: time(19) }),
  httpStatus: number(20, z.number().int().nullable()),
  retryAfterMs: time(21),
  error: group({ code: text(23, z.string().nullable()), message: text(22, z.string()) }),
  finishReason: text(24, z.string().nullable()),
  requestedOutputTokens: number(25, count.nullable()),
  requestedInputTokens: number(
    39,
    count
      .nullable()
      .describe('Input size that the workload drew; null if it draws no size. `inputTokens` has the actual size'),
    { from: 'inputTokens' },
  ),
  conversationIndex: number(
    40,
    count.nullable().describe('Index of the conversation, from 0; null without conversations'),
  ),
  turn: number(41, count.min(1).nullable().describe('Turn of the conversation, from 1; null without conversations')),
  inputTokens: number(
    26,
    count.nullable().describe('Tokens of the prompt, by the Llama 2 tokenizer without special tokens'),
  ),
  outputTokens: number(
    27,
    count.nullable().describe('Tokens of the output, by the Llama 2 tokenizer without special tokens'),
    { from: 'requestedOutputTokens' },
  ),
  /** Token counts from the `usage` object of the response. Null if the response contains no `usage`. */
  usage: group(
    {
      inputTokens: number(32, count.nullable(), { from: 'inputTokens' }),
      outputTokens: number(33, count.nullable(), { from: 'outputTokens' }),
      cachedTokens: number(34, count.nullable()),
      reasoningTokens: number(35, count.nullable()),
    },
    31,
  ),
  checksum: word(36, z.enum(checksumWords).meta({ id: 'SampleChecksum' }).nullable(), checksumWords),
  expectedNumber: number(
    43,
    count.nullable().describe('Number that the prompt requests; null if it requests no number'),
  ),
  answerNumber: number(
    44,
    count.nullable().describe('First integer of a complete answer; null if it has none, or one of more than 15 digits'),
    { from: 'expectedNumber' },
  ),
  checksumAnyOk: flag(
    37,
    z.boolean().nullable().describe('Whether any integer of the answer equals the number (rule of LLMPerf v2)'),
  ),
  linesFromInput: decimal(38, z.number().min(0).max(1).nullable()),
  outputEvents: number(28, count, { from: 'outputTokens' }),
  reads: number(29, count, { from: 'outputEvents' }),
  bytes: number(30, count),
  notes: text(
    46,
    z
      .string()
      .nullable()
      .describe('What the exchange shows that its outcome does not tell: one line per note, `code: detail`'),
  ),
  recorded: record(
    42,
    llmperfRecordSchema
      .optional()
      .describe('Original record of an imported request, from which its metrics are derived instead of timestamps'),
  ),
};

type FieldName = keyof typeof sampleFields;
export type SampleField = (typeof sampleFields)[FieldName];
/** Reference value of a column: the previous sample or timestamp, or another field of the sample. */
export type Origin = 'previousRow' | 'previousInstant' | FieldName;
type Values = Readonly<Record<string, unknown>>;

/** Column with its name, such as `startMs` or `usage.inputTokens`. `pick` reads the column's value from a sample. */
export type SampleColumn = Column<Origin> & { name: string; pick(sample: Values): unknown };

function listColumns([name, field]: [string, SampleField]): SampleColumn[] {
  if ('column' in field) return [{ ...field.column, name, pick: (sample) => sample[name] }];
  const { members, presence } = field;
  const columns = Object.entries(members).map(([member, { column }]) => ({
    ...column,
    name: `${name}.${member}`,
    pick: (sample: Values) => (sample[name] as Values | null)?.[member], // A group is always an object or null
  }));
  if (presence.kind !== 'presence') return columns;
  return [{ ...presence, name, pick: (sample) => sample[name] !== null }, ...columns];
}

const columnsByField = Object.entries(sampleFields).flatMap(listColumns);

export const sampleColumns: readonly SampleColumn[] = columnsByField.toSorted((a, b) => a.slot - b.slot);

/** Highest slot number in the first version of the block format. */
const lastFirstSlot = 38;

/** Column names of CSV files in a fixed order: first the fields of the first version, then newer fields by slot. */
export const csvColumnNames: readonly string[] = columnsByField
  .filter(({ kind }) => kind !== 'record' && kind !== 'presence')
  .toSorted((a, b) => Math.max(a.slot, lastFirstSlot) - Math.max(b.slot, lastFirstSlot))
  .map(({ name }) => name);
