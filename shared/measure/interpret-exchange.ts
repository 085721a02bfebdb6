import type { Dialect } from '../protocols/dialect.ts';
import type { Outcome } from '../sample/outcome.ts';
import type { Usage } from '../sample/sample.ts';
import type { Exchange } from './instrument.ts';
import { judgeExchange } from './judge-exchange.ts';
import { type Answer, readAnswer } from './read-answer.ts';

const maxMessageLength = 300;
const replacement = '[redacted]';

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
 * How late the instrument itself was with a request, in ms: start − due, less what opening a connection for it took, which
 * is up to the network and the target. Null: it was never sent. 0 in a closed loop, where a request is due when it starts.
 */
export function computeOwnSlipMs({ dueMs, startMs, openingMs }: Exchange): number | null {
  return startMs === null ? null : Math.max(0, startMs - dueMs - openingMs);
}

/**
 * Makes text of unknown origin fit to be stored and shown: one line, no secret, at most 300 characters. A secret is found
 * as it is, in JSON, in a URL and in base64; it is removed before the text is cut, so no part of it is left at the end.
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
 * How long the server asks to wait, in milliseconds; null where it does not say, or says it in no way that can be told.
 * `retry-after-ms` (OpenAI's) goes before `retry-after` (RFC 9110, 10.2.3: seconds, or a date, which is held against the
 * response's own `date`, so that no clock of ours comes in).
 * @param headers response headers, names in lower case
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
