import type { Dialect } from '../protocols/dialect.ts';
import type { Outcome } from '../sample/outcome.ts';
import type { Exchange } from './instrument.ts';
import { judgeExchange } from './judge-exchange.ts';
import { type Answer, readAnswer } from './read-answer.ts';

const maxMessageLength = 300;
const replacement = '[redacted]';

type AnswerPart =
  | 'firstAnswerMs'
  | 'outputEventsMs'
  | 'answerText'
  | 'reasoningText'
  | 'outputText'
  | 'usage'
  | 'finishReason';

/** The result of an exchange. Timestamps are in ms on the exchange's clock; null if it did not get that far. */
export type Interpretation = Pick<Answer, AnswerPart> & {
  outcome: Outcome;
  firstReadMs: number | null;
  /** First and last event with text, reasoning or tool-call arguments. */
  firstOutputMs: number | null;
  lastOutputMs: number | null;
  /** Null exactly if the outcome is `ok`. The message has at most 300 characters and no secrets. */
  error: { code: string | null; message: string } | null;
  retryAfterMs: number | null;
  outputEvents: number;
  reads: number;
  bytes: number;
};

/**
 * Reads a request's outcome (precedence: see `judgeExchange`), timestamps and texts from its raw record. A response
 * without status 2xx has no output, regardless of its body.
 * @param options.secrets texts that no error may contain, such as the request's key
 * @param options.stallTimeoutMs longest time without output after output has begun. Default: no limit
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
    ...readOutput(exchange, answer),
    usage: usage ?? answer.usage,
    finishReason: answer.finishReason === null ? null : clean(answer.finishReason),
    error:
      error === null ? null : { code: error.code === null ? null : clean(error.code), message: clean(error.message) },
    retryAfterMs: readRetryAfter(exchange.headers),
    reads: exchange.readsAtMs.length,
    bytes: exchange.bytes.length,
  };
}

function readOutput({ httpStatus }: Exchange, answer: Answer) {
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

/**
 * Computes the instrument's own delay of a request in ms: start − due − the time to open its connection. Null if it was
 * not sent; 0 in a closed loop, where a request is due when it starts.
 */
export function computeOwnSlipMs({ dueMs, startMs, openingMs }: Exchange): number | null {
  return startMs === null ? null : Math.max(0, startMs - dueMs - openingMs);
}

/**
 * Makes untrusted text safe to store and show: one line, at most 300 characters, without secrets in plain text, JSON,
 * URL or base64 encoding. Redacts before it truncates, so that no part of a secret remains.
 */
function cleanMessage(text: string, secrets: readonly string[]): string {
  const redacted = secrets.reduce(redact, text);
  const line = redacted.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= maxMessageLength ? line : `${line.slice(0, maxMessageLength - 1)}…`;
}

function redact(text: string, secret: string): string {
  if (secret === '') return text;
  const forms = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    btoa(secret),
    btoa(`Bearer ${secret}`),
  ]);
  return [...forms].reduce((rest, form) => rest.replaceAll(form, replacement), text);
}

/**
 * Returns the wait that the server requests, in ms; null without a valid value. OpenAI's `retry-after-ms` takes
 * precedence over `retry-after` (RFC 9110, 10.2.3: seconds, or a date, which is compared with the response's `date`).
 */
function readRetryAfter(headers: Record<string, string>): number | null {
  const exactMs = parseNumber(headers['retry-after-ms']);
  if (exactMs !== null) return Math.round(exactMs);
  const text = headers['retry-after'];
  const seconds = parseNumber(text);
  if (seconds !== null) return Math.round(seconds * 1_000);
  const untilMs = Date.parse(text ?? '');
  const sentMs = Date.parse(headers['date'] ?? '');
  return Number.isNaN(untilMs) || Number.isNaN(sentMs) ? null : Math.max(0, untilMs - sentMs);
}

function parseNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,9}(?:\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
