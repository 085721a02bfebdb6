import type { Dialect } from '../protocols/dialect.ts';
import type { Outcome } from '../sample/outcome.ts';
import { maskSecrets } from '../secrets/mask-secrets.ts';
import type { Steps } from '../time-slices.ts';
import type { Exchange } from './instrument.ts';
import { judgeExchange } from './judge-exchange.ts';
import { type Answer, readAnswer } from './read-answer.ts';

const maxMessageLength = 300;

/** The result of an exchange. Timestamps: ms since the session's origin, or null if the request failed earlier. */
export type Interpretation = Omit<Answer, 'events' | 'done' | 'error' | 'malformed'> & {
  outcome: Outcome;
  firstReadMs: number | null;
  /** Times in ms of the first and the last event with text, reasoning or tool-call arguments. */
  firstOutputMs: number | null;
  lastOutputMs: number | null;
  /** Null if and only if the outcome is `ok`. The message has at most 300 characters and contains no secrets. */
  error: { code: string | null; message: string } | null;
  retryAfterMs: number | null;
  outputEvents: number;
  reads: number;
  bytes: number;
};

type InterpretationOptions = { secrets: readonly string[]; stallTimeoutMs?: number };

/**
 * Determines the outcome, timestamps and texts of a request from its raw record. `judgeExchange` defines the outcome. A
 * response whose status is not 2xx has no output, regardless of its body.
 * @param options.secrets texts that an error message must not contain, such as the API key
 * @param options.stallTimeoutMs maximum time in ms without output, once output has begun. Default: no limit
 */
export function* interpretInSteps(
  exchange: Exchange,
  dialect: Dialect,
  options: InterpretationOptions,
): Steps<Interpretation> {
  const answer = yield* readAnswer(exchange, dialect);
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
 * Computes the delay that the instrument itself caused, in ms: start − due time − time to open the connection. Returns
 * null if the request was not sent, and 0 in a closed loop, where a request is due when it starts.
 */
export function computeOwnSlipMs({ dueMs, startMs, openingMs }: Exchange): number | null {
  return startMs === null ? null : Math.max(0, startMs - dueMs - openingMs);
}

/**
 * Makes untrusted text safe to store and show: one line, at most 300 characters, without secrets. Masks before
 * truncating, so that no part of a secret remains.
 */
function cleanMessage(text: string, secrets: readonly string[]): string {
  const line = maskSecrets(text, secrets)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length <= maxMessageLength ? line : `${line.slice(0, maxMessageLength - 1)}…`;
}

/**
 * Returns the wait time in ms that the server requests, or null if there is no valid time. OpenAI's `retry-after-ms`
 * takes precedence. The standard header `retry-after` (RFC 9110, 10.2.3) is a number of seconds or a date; a date is
 * compared with the header `date`, the server's own clock.
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
