import type { Exchange } from '../../shared/measure/instrument.ts';
import { interpretExchange } from '../../shared/measure/interpret-exchange.ts';
import type { Dialect } from '../../shared/protocols/dialect.ts';
import type { Outcome } from '../../shared/sample/outcome.ts';
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
  /** Texts that must not appear in an error message, such as the target's key. */
  secrets: string[];
  stallTimeoutMs: number;
};

/** `answer` is the text of a complete answer; null for any other outcome. */
export type MeasuredAnswer = Measured & { answer: string | null };

/** Reads an exchange and builds its sample: timestamps, counts, outcome, and the checks of the answer. */
export function measureSample(
  { batchIndex, attempt, originWallMs, dialect, secrets, stallTimeoutMs }: SampleContext,
  exchange: Exchange,
  prompt: Prompt,
  warmup: boolean,
): MeasuredAnswer {
  const interpretation = interpretExchange(exchange, dialect, { secrets, stallTimeoutMs });
  const { outputText, answerText, reasoningText: _, outputEventsMs, ...read } = interpretation;
  const { dueMs, startMs, sentMs, headersMs, endMs, connection, httpStatus } = exchange;
  const unsent = exchange.failure?.kind === 'max_concurrency';
  const outcome: Outcome = unsent ? 'not_sent' : read.outcome;
  const sample: Sample = {
    ...read,
    ...{ batchIndex, attempt, originWallMs, dueMs, startMs, sentMs, headersMs, endMs, connection, httpStatus },
    requestIndex: exchange.index,
    warmup,
    outcome,
    notSentReason: unsent ? 'max_concurrency' : null,
    requestedOutputTokens: prompt.maxOutputTokens,
    requestedInputTokens: prompt.requestedInputTokens ?? null,
    conversationIndex: prompt.conversationIndex ?? null,
    turn: prompt.turn ?? null,
    inputTokens: prompt.inputTokens,
    outputTokens: read.outputEvents === 0 ? null : countTokens(outputText),
    expectedNumber: prompt.expectedNumber,
    // Only a complete answer is checked against the task.
    ...(read.outcome === 'ok' ? checkAnswer(prompt, answerText) : uncheckedAnswer),
  };
  const timeline = outputEventsMs.length === 0 ? null : { requestIndex: exchange.index, outputEventsMs };
  return { sample, timeline, answer: outcome === 'ok' ? answerText : null };
}

const uncheckedAnswer = { checksum: null, answerNumber: null, checksumAnyOk: null, linesFromInput: null };
