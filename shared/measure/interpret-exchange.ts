import type { Dialect } from '../protocols/dialect.ts';
import type { Outcome } from '../sample/outcome.ts';
import type { Usage } from '../sample/sample.ts';
import { cleanMessage } from './clean-message.ts';
import type { Exchange } from './instrument.ts';
import { judgeExchange } from './judge-exchange.ts';
import { type Answer, readAnswer } from './read-answer.ts';
import { readRetryAfter } from './read-retry-after.ts';

/** What an exchange turned out to be. Instants are on the exchange's clock; null: it did not come to that. */
export type Interpretation = {
  outcome: Outcome;
  firstReadMs: number | null;
  /** First event with text, reasoning or tool-call arguments. */
  firstOutputMs: number | null;
  /** First event with answer text. */
  firstAnswerMs: number | null;
  lastOutputMs: number | null;
  /** Arrival of each output event, ascending. */
  outputEventsMs: number[];
  answerText: string;
  reasoningText: string;
  /** All output in the order it came: reasoning, answer and tool-call arguments. */
  outputText: string;
  usage: Usage | null;
  finishReason: string | null;
  /** Null exactly where the outcome is `ok`. At most 300 characters, without any of the secrets. */
  error: { code: string | null; message: string } | null;
  retryAfterMs: number | null;
  outputEvents: number;
  reads: number;
  bytes: number;
};

/**
 * Reads the raw record of a request: its outcome (precedence: see `judgeExchange`), its instants, its texts. Pure; what it
 * was given decides all. A response that is not 2xx has no output, whatever its body holds.
 * @param options.secrets texts that no error may carry, such as the request's key
 * @param options.stallTimeoutMs how long a stream may be without output once it has begun; left out: without bound
 */
export function interpretExchange(
  exchange: Exchange,
  dialect: Dialect,
  options: { secrets: readonly string[]; stallTimeoutMs?: number },
): Interpretation {
  const answer = readAnswer(exchange, dialect);
  const { outcome, error, usage } = judgeExchange(exchange, answer, dialect, options.stallTimeoutMs);
  const clean = (text: string) => cleanMessage(text, options.secrets);
  return {
    outcome,
    firstReadMs: exchange.readsAtMs[0] ?? null,
    ...outputOf(exchange, answer),
    usage: usage ?? answer.usage,
    finishReason: answer.finishReason === null ? null : clean(answer.finishReason),
    error:
      error === null ? null : { code: error.code === null ? null : clean(error.code), message: clean(error.message) },
    retryAfterMs: readRetryAfter(exchange.headers),
    reads: exchange.readsAtMs.length,
    bytes: exchange.bytes.length,
  };
}

function outputOf({ httpStatus }: Exchange, answer: Answer) {
  const isSuccess = httpStatus !== null && httpStatus >= 200 && httpStatus < 300;
  const outputEventsMs = isSuccess ? answer.outputEventsMs : [];
  return {
    firstOutputMs: outputEventsMs[0] ?? null,
    firstAnswerMs: isSuccess ? answer.firstAnswerMs : null,
    lastOutputMs: outputEventsMs.at(-1) ?? null,
    outputEventsMs,
    outputEvents: outputEventsMs.length,
    answerText: isSuccess ? answer.answerText : '',
    reasoningText: isSuccess ? answer.reasoningText : '',
    outputText: isSuccess ? answer.outputText : '',
  };
}
