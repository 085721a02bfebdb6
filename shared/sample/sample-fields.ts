import { z } from 'zod';
import { type Column, decimal, flag, group, instant, number, record, text, time, word } from './field-kinds.ts';
import { llmperfRecordSchema } from './imported.ts';
import { notSentReasons, outcomes } from './outcome.ts';

const count = z.number().int().min(0);
const checksumWords = ['ok', 'mismatch', 'absent'] as const;

/**
 * Every field of a sample, once: its slot, its schema, and how a block stores it. The schema, the accessors of a row, the
 * empty sample, the columns of the CSV and of a stored block follow from it.
 */
export const sampleFields = {
  requestIndex: number(
    0,
    count.describe('Position in the plan of the stage: measured requests 0 … N-1, then warm-up N … N+W-1'),
    { from: 'previousRow' },
  ),
  warmup: flag(1, z.boolean()),
  batchIndex: number(2, count, { from: 'previousRow' }),
  attempt: number(3, count.describe('Of the batch; 0 where no attempt reached this request'), { from: 'previousRow' }),
  outcome: word(4, z.enum(outcomes), outcomes, 'not_sent'),
  notSentReason: word(5, z.enum(notSentReasons).nullable(), notSentReasons),
  originWallMs: time(
    6,
    z.number().nullable().describe('Wall clock at instant 0: orders samples across workers, never measures'),
    'previousRow',
  ),
  dueMs: instant(7),
  startMs: instant(8),
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
      .describe('What the workload drew for the prompt; null where it draws no input size. Beside it, what was built'),
    { from: 'inputTokens' },
  ),
  conversationIndex: number(40, count.nullable().describe('Which one, from 0; null where the workload has none')),
  turn: number(41, count.min(1).nullable().describe('Of a conversation, 1 for the first; null where there is none')),
  inputTokens: number(26, count.nullable().describe('Of the prompt, by the Llama 2 tokenizer, no special tokens')),
  outputTokens: number(27, count.nullable().describe('Of the output, by the Llama 2 tokenizer, no special tokens'), {
    from: 'requestedOutputTokens',
  }),
  /** Token counts as the server's `usage` says; null where it does not. */
  usage: group(
    {
      inputTokens: number(32, count.nullable(), { from: 'inputTokens' }),
      outputTokens: number(33, count.nullable(), { from: 'outputTokens' }),
      cachedTokens: number(34, count.nullable()),
      reasoningTokens: number(35, count.nullable()),
    },
    31,
  ),
  checksum: word(36, z.enum(checksumWords).nullable(), checksumWords),
  expectedNumber: number(43, count.nullable().describe('What the prompt asked for; null where it asks for no number')),
  answerNumber: number(
    44,
    count
      .nullable()
      .describe('The first integer of a good answer; null where there is none, or it has more than 15 digits'),
    { from: 'expectedNumber' },
  ),
  checksumAnyOk: flag(
    37,
    z.boolean().nullable().describe('LLMPerf v2 rule: any integer of the answer equals the number'),
  ),
  linesFromInput: decimal(38, z.number().min(0).max(1).nullable()),
  outputEvents: number(28, count, { from: 'outputTokens' }),
  reads: number(29, count, { from: 'outputEvents' }),
  bytes: number(30, count),
  recorded: record(
    42,
    llmperfRecordSchema
      .optional()
      .describe(
        'Of an imported request alone: what was recorded of it, from which its metrics come in place of instants',
      ),
  ),
};

export type SampleField = (typeof sampleFields)[keyof typeof sampleFields];
type Values = Readonly<Record<string, unknown>>;

/** A column with its name (`startMs`, `usage.inputTokens`) and its value in a sample. */
export type SampleColumn = Column & { name: string; pick(sample: Values): unknown };

function listColumns([name, field]: [string, SampleField]): SampleColumn[] {
  if ('column' in field) return [{ ...field.column, name, pick: (sample) => sample[name] }];
  const { members, presence } = field;
  const columns = Object.entries(members).map(([member, { column }]) => ({
    ...column,
    name: `${name}.${member}`,
    pick: (sample: Values) => (sample[name] as Values | null)?.[member], // a group is an object or null
  }));
  if (presence.kind !== 'presence') return columns;
  return [{ ...presence, name, pick: (sample) => sample[name] !== null }, ...columns];
}

const columnsByField = Object.entries(sampleFields).flatMap(listColumns);

/** All columns, by slot. */
export const sampleColumns: readonly SampleColumn[] = columnsByField.toSorted((a, b) => a.slot - b.slot);

/** The last slot of the first version of blocks. */
const lastFirstSlot = 38;

/** The names of the columns of a CSV. A column keeps its place: those of the first version come by field, later ones by slot. */
export const csvColumnNames: readonly string[] = columnsByField
  .filter(({ kind }) => kind !== 'record' && kind !== 'presence')
  .toSorted((a, b) => Math.max(a.slot, lastFirstSlot) - Math.max(b.slot, lastFirstSlot))
  .map(({ name }) => name);
