import { llmperfRecordSchema } from '../domain/imported.ts';
import { notSentReasons, outcomes } from '../domain/outcome.ts';
import type { Sample, Usage } from '../domain/sample.ts';

/* How a sample becomes whole numbers, one a column, and back. Each number is taken from its nearest likely neighbour. */

/** Null within a column. */
const none = Number.NaN;

/** In the order in which they come about: each is stored as the time since the last one before it that is known. */
const instantNames = [
  'dueMs',
  'startMs',
  'sentMs',
  'headersMs',
  'firstReadMs',
  'firstOutputMs',
  'firstAnswerMs',
  'lastOutputMs',
  'endMs',
] as const;

/** Texts that recur, each stored once a block. */
export type Texts = { codeOf(text: string | null): number; textAt(code: number): string | null };

/** What carries over from one sample of a block to the next. */
type Carried = { index: number; batch: number; attempt: number; originUs: number; instantUs: number };
const newCarried = (): Carried => ({ index: 0, batch: 0, attempt: 0, originUs: 0, instantUs: 0 });

const toUs = (ms: number | null) => (ms === null ? none : Math.round(ms * 1_000));
const fromUs = (us: number) => (Number.isNaN(us) ? null : us / 1_000);
const fromNone = (value: number) => (Number.isNaN(value) ? null : value);
const toFlag = (flag: boolean | null) => (flag === null ? none : Number(flag));
const fromFlag = (code: number) => (Number.isNaN(code) ? null : code === 1);
/** What a number is counted from: its neighbour, where that is known. */
const over = (neighbour: number | null) => neighbour ?? 0;

/** A function that turns the samples of one block, one after another, into rows of whole numbers (NaN for null). */
export function newRowWriter(texts: Texts): (sample: Sample) => number[] {
  const carried = newCarried();
  return (sample) => [
    ...identityRow(sample, texts, carried),
    ...instantRow(sample, carried),
    ...connectionRow(sample.connection),
    sample.httpStatus ?? none,
    toUs(sample.retryAfterMs),
    texts.codeOf(sample.error?.message ?? null),
    texts.codeOf(sample.error?.code ?? null),
    texts.codeOf(sample.finishReason),
    ...countRow(sample),
    ...usageRow(sample),
    texts.codeOf(sample.checksum),
    toFlag(sample.checksumAnyOk),
    texts.codeOf(sample.linesFromInput === null ? null : String(sample.linesFromInput)),
    (sample.requestedInputTokens ?? none) - over(sample.inputTokens),
    sample.conversation ?? none,
    sample.turn ?? none,
    texts.codeOf(sample.recorded === undefined ? null : JSON.stringify(sample.recorded)),
    sample.expectedNumber ?? none,
    (sample.answerNumber ?? none) - over(sample.expectedNumber),
  ];
}

/** The reverse: takes the next value of each column, in the same order. */
export function newRowReader(texts: Texts): (next: () => number) => Sample {
  const carried = newCarried();
  return (next) => {
    const identity = readIdentity(next, texts, carried);
    const instants = readInstants(next, carried);
    const connection = readConnection(next);
    const httpStatus = fromNone(next());
    const retryAfterMs = fromUs(next());
    const message = texts.textAt(next());
    const code = texts.textAt(next());
    const finishReason = texts.textAt(next());
    const counts = readCounts(next);
    const usage = readUsage(next, counts);
    const checksum = oneOf(['ok', 'mismatch', 'absent'], texts.textAt(next()));
    const checksumAnyOk = fromFlag(next());
    const share = texts.textAt(next());
    const requestedInputTokens = fromNone(next() + over(counts.inputTokens));
    const conversation = fromNone(next());
    const turn = fromNone(next());
    const recorded = texts.textAt(next());
    const expectedNumber = fromNone(next());
    const answerNumber = fromNone(next() + over(expectedNumber));
    return {
      ...identity,
      ...instants,
      connection,
      httpStatus,
      retryAfterMs,
      error: message === null ? null : { code, message },
      finishReason,
      ...counts,
      usage,
      checksum,
      expectedNumber,
      answerNumber,
      checksumAnyOk,
      linesFromInput: share === null ? null : Number(share),
      requestedInputTokens,
      conversation,
      turn,
      ...(recorded === null ? {} : { recorded: llmperfRecordSchema.parse(JSON.parse(recorded)) }),
    };
  };
}

/** How many columns a row has. */
export const columnCount = 45;
/** By the version of a block: older ones end before the last columns, which are then null. */
export const columnCounts: Readonly<Record<number, number>> = { 1: 39, 2: 42, 3: 43, 4: columnCount };

function identityRow(sample: Sample, texts: Texts, carried: Carried): number[] {
  const originUs = toUs(sample.originWallMs);
  const row = [
    sample.index - carried.index,
    Number(sample.warmup),
    sample.batch - carried.batch,
    sample.attempt - carried.attempt,
    texts.codeOf(sample.outcome),
    texts.codeOf(sample.notSentReason),
    originUs - carried.originUs,
  ];
  Object.assign(carried, { index: sample.index, batch: sample.batch, attempt: sample.attempt });
  if (!Number.isNaN(originUs)) carried.originUs = originUs;
  return row;
}

function readIdentity(next: () => number, texts: Texts, carried: Carried) {
  carried.index += next();
  const warmup = next() === 1;
  carried.batch += next();
  carried.attempt += next();
  const outcome = oneOf(outcomes, texts.textAt(next()));
  if (outcome === null) throw new RangeError('a sample has no outcome');
  const notSentReason = oneOf(notSentReasons, texts.textAt(next()));
  const originUs = carried.originUs + next();
  if (!Number.isNaN(originUs)) carried.originUs = originUs;
  const { index, batch, attempt } = carried;
  return { index, warmup, batch, attempt, outcome, notSentReason, originWallMs: fromUs(originUs) };
}

function instantRow(sample: Sample, carried: Carried): number[] {
  let before = carried.instantUs;
  let isFirst = true;
  return instantNames.map((name) => {
    const us = toUs(sample[name]);
    const row = us - before;
    if (Number.isNaN(us)) return none;
    before = us;
    if (isFirst) carried.instantUs = us;
    isFirst = false;
    return row;
  });
}

function readInstants(next: () => number, carried: Carried): Pick<Sample, (typeof instantNames)[number]> {
  let before = carried.instantUs;
  let isFirst = true;
  const read = () => {
    const us = before + next();
    if (Number.isNaN(us)) return null;
    before = us;
    if (isFirst) carried.instantUs = us;
    isFirst = false;
    return us / 1_000;
  };
  // Properties are evaluated in the order written, which is the order of `instantNames`.
  return {
    dueMs: read(),
    startMs: read(),
    sentMs: read(),
    headersMs: read(),
    firstReadMs: read(),
    firstOutputMs: read(),
    firstAnswerMs: read(),
    lastOutputMs: read(),
    endMs: read(),
  };
}

function connectionRow(connection: Sample['connection']): number[] {
  if (connection === null) return [none, none, none, none];
  const { reused, dnsMs, connectMs, tlsMs } = connection;
  return [Number(reused), toUs(dnsMs), toUs(connectMs), toUs(tlsMs)];
}

function readConnection(next: () => number): Sample['connection'] {
  const reused = fromFlag(next());
  const phases = { dnsMs: fromUs(next()), connectMs: fromUs(next()), tlsMs: fromUs(next()) };
  return reused === null ? null : { reused, ...phases };
}

/** The output comes near what was asked for, its events near the output, and the reads near the events. */
function countRow(sample: Sample): number[] {
  const { requestedOutputTokens, inputTokens, outputTokens, outputEvents, reads, bytes } = sample;
  return [
    requestedOutputTokens ?? none,
    inputTokens ?? none,
    (outputTokens ?? none) - over(requestedOutputTokens),
    outputEvents - over(outputTokens),
    reads - outputEvents,
    bytes,
  ];
}

function readCounts(next: () => number) {
  const requestedOutputTokens = fromNone(next());
  const inputTokens = fromNone(next());
  const outputTokens = fromNone(next() + over(requestedOutputTokens));
  const outputEvents = next() + over(outputTokens);
  const reads = next() + outputEvents;
  const bytes = next();
  return { requestedOutputTokens, inputTokens, outputTokens, outputEvents, reads, bytes };
}

type Counts = Pick<Sample, 'inputTokens' | 'outputTokens'>;

function usageRow({ usage, inputTokens, outputTokens }: Sample): number[] {
  if (usage === null) return [0, none, none, none, none];
  return [
    1,
    (usage.inputTokens ?? none) - over(inputTokens),
    (usage.outputTokens ?? none) - over(outputTokens),
    usage.cachedTokens ?? none,
    usage.reasoningTokens ?? none,
  ];
}

function readUsage(next: () => number, { inputTokens, outputTokens }: Counts): Usage | null {
  const isGiven = next() === 1;
  const usage = {
    inputTokens: fromNone(next() + over(inputTokens)),
    outputTokens: fromNone(next() + over(outputTokens)),
    cachedTokens: fromNone(next()),
    reasoningTokens: fromNone(next()),
  };
  return isGiven ? usage : null;
}

function oneOf<const T extends string>(allowed: readonly T[], text: string | null): T | null {
  if (text === null) return null;
  const found = allowed.find((one) => one === text);
  if (found === undefined)
    throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not one of ${allowed.join(', ')}`);
  return found;
}
