import type { Exchange } from '../../shared/measure/instrument.ts';
import { type Interpretation, interpretExchange } from '../../shared/measure/interpret-exchange.ts';
import type { Dialect } from '../../shared/protocols/dialect.ts';
import type { NotSentReason, Outcome } from '../../shared/sample/outcome.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import { checkAnswer } from '../../shared/workload/check-answer.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import { countTokens } from '../../shared/workload/tokenizers/count-tokens.ts';
import type { Measured } from './collect-samples.ts';

export type SampleContext = {
  batchIndex: number;
  attempt: number;
  originWallMs: number;
  dialect: Dialect;
  /** Texts that no error message may carry, such as the target's key. */
  secrets: string[];
  stallTimeoutMs: number;
};

/** `answer`: the text of an answer that ended well, and null of any other. */
export type MeasuredAnswer = Measured & { answer: string | null };

/** Reads an exchange and makes the sample of it: raw instants, counts, outcome, and the checks of the answer. */
export function measureSample(
  context: SampleContext,
  exchange: Exchange,
  prompt: Prompt,
  warmup: boolean,
): MeasuredAnswer {
  const { secrets, stallTimeoutMs } = context;
  const read = interpretExchange(exchange, context.dialect, { secrets, stallTimeoutMs });
  const unsent = exchange.failure?.kind === 'max_concurrency';
  const outcome: Outcome = unsent ? 'not_sent' : read.outcome;
  const notSentReason: NotSentReason | null = unsent ? 'max_concurrency' : null;
  const sample: Sample = {
    requestIndex: exchange.index,
    warmup,
    batchIndex: context.batchIndex,
    attempt: context.attempt,
    outcome,
    notSentReason,
    originWallMs: context.originWallMs,
    dueMs: exchange.dueMs,
    startMs: exchange.startMs,
    sentMs: exchange.sentMs,
    headersMs: exchange.headersMs,
    firstReadMs: read.firstReadMs,
    firstOutputMs: read.firstOutputMs,
    firstAnswerMs: read.firstAnswerMs,
    lastOutputMs: read.lastOutputMs,
    endMs: exchange.endMs,
    connection: exchange.connection,
    httpStatus: exchange.httpStatus,
    retryAfterMs: read.retryAfterMs,
    error: read.error,
    finishReason: read.finishReason,
    requestedOutputTokens: prompt.maxOutputTokens,
    requestedInputTokens: prompt.requestedInputTokens ?? null,
    conversationIndex: prompt.conversationIndex ?? null,
    turn: prompt.turn ?? null,
    inputTokens: prompt.inputTokens,
    ...readAnswerFacts(read, prompt),
    outputEvents: read.outputEvents,
    reads: read.reads,
    bytes: read.bytes,
  };
  const timeline =
    read.outputEventsMs.length === 0 ? null : { requestIndex: exchange.index, outputEventsMs: read.outputEventsMs };
  return { sample, timeline, answer: outcome === 'ok' ? read.answerText : null };
}

/** Counts and checks of the output; only a whole answer is checked against the task. */
function readAnswerFacts(read: Interpretation, prompt: Prompt) {
  const outputTokens = read.outputEvents === 0 ? null : countTokens(read.outputText);
  const base = { outputTokens, usage: read.usage, expectedNumber: prompt.expectedNumber };
  if (read.outcome !== 'ok')
    return { ...base, checksum: null, answerNumber: null, checksumAnyOk: null, linesFromInput: null };
  return { ...base, ...checkAnswer(prompt, read.answerText) };
}
