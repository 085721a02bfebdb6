import type { Dialect } from '../protocols/dialect.ts';
import type { Note } from '../protocols/parts/notes.ts';
import { settleUsage } from '../protocols/parts/settle-usage.ts';
import { defaultMaxResponseBytes } from '../response-limit.ts';
import type { Outcome } from '../sample/outcome.ts';
import type { Usage } from '../sample/sample.ts';
import { maskSecrets } from '../secrets/mask-secrets.ts';
import type { Steps } from '../time-slices.ts';
import { AnswerReading } from './answer-reading.ts';
import type { Exchange } from './instrument.ts';
import { judgeExchange } from './judge-exchange.ts';
import { type Answer, type AnswerLimits, createAnswerLimits } from './read-answer.ts';
import { readLimitReset, readRetryAfter } from './retry-after.ts';

const maxMessageLength = 300;

/** The result of an exchange. Timestamps: ms since the session's origin, or null if the request failed earlier. */
export type Interpretation = Pick<
  Answer,
  'outputEventsMs' | 'firstAnswerMs' | 'answerText' | 'reasoningText' | 'outputText'
> & {
  usage: Usage | null;
  finishReason: string | null;
  /** What the exchange shows that its outcome does not tell, one line per note: `code: detail`. Null: nothing. */
  notes: string | null;
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

type InterpretationOptions = {
  secrets: readonly string[];
  stallTimeoutMs?: number;
  limits?: AnswerLimits;
  reading?: AnswerReading | undefined;
};

const defaultLimits = createAnswerLimits(defaultMaxResponseBytes);

/**
 * Determines the outcome, timestamps and texts of a request from its raw record. `judgeExchange` defines the outcome. A
 * response whose status is not 2xx has no output, regardless of its body.
 * @param options.secrets texts that an error message must not contain, such as the API key
 * @param options.stallTimeoutMs maximum time in ms without output, once output has begun. Default: no limit
 * @param options.reading what was read of earlier parts of the response. Default: the exchange has all of it
 */
export function* interpretInSteps(
  ended: Exchange,
  dialect: Dialect,
  options: InterpretationOptions,
): Steps<Interpretation> {
  const { limits = defaultLimits, reading = new AnswerReading(dialect, limits) } = options;
  const { answer, exchange, firstReadMs, reads, bytes } = yield* reading.finish(ended);
  const { outcome, error } = judgeExchange(exchange, answer, dialect, options.stallTimeoutMs);
  const output = readOutput(exchange, answer);
  const { usage, notes } = settleUsage(answer.stated, dialect.usageFooting ?? {}, output.outputEvents > 0);
  if ((usage?.reasoningTokens ?? 0) > 0 && answer.reasoningText === '' && outcome === 'ok')
    notes.push({ code: 'reasoning_not_streamed', detail: `${usage?.reasoningTokens} reasoning tokens` });
  const { finish } = answer;
  const isFinish = finish !== null && (!finish.isVoid || outcome === 'ok');
  const clean = (text: string) => cleanMessage(text, options.secrets);
  // The body of an error is not an answer, so its form says nothing.
  const ofAnswer = isSuccess(exchange) ? [...answer.notes, ...notes] : [];
  return {
    outcome,
    firstReadMs,
    ...output,
    usage,
    notes: writeNotes([...ofAnswer, ...exchange.notes], clean),
    finishReason: isFinish ? clean(finish.word) : null,
    error:
      error === null ? null : { code: error.code === null ? null : clean(error.code), message: clean(error.message) },
    retryAfterMs: chooseWait(
      readRetryAfter(exchange.headers),
      error?.retryAfterMs ?? null,
      outcome === 'rate_limited' ? readLimitReset(exchange.headers) : null,
    ),
    reads,
    bytes,
  };
}

/** A longer wait in ms is not one. It may be infinite, or too large to be stored. */
const longestWaitMs = 366 * 86_400_000;

function chooseWait(...waitsMs: readonly (number | null)[]): number | null {
  return waitsMs.find((waitMs) => waitMs !== null && waitMs <= longestWaitMs) ?? null;
}

function writeNotes(notes: readonly Note[], clean: (text: string) => string): string | null {
  return notes.length === 0 ? null : notes.map(({ code, detail }) => `${code}: ${clean(detail)}`).join('\n');
}

function isSuccess({ httpStatus }: Exchange): boolean {
  return httpStatus !== null && httpStatus >= 200 && httpStatus < 300;
}

function readOutput(exchange: Exchange, answer: Answer) {
  const hasAnswer = isSuccess(exchange);
  const outputEventsMs = hasAnswer ? answer.outputEventsMs : [];
  return {
    firstOutputMs: outputEventsMs[0] ?? null,
    firstAnswerMs: hasAnswer ? answer.firstAnswerMs : null,
    lastOutputMs: outputEventsMs.at(-1) ?? null,
    outputEventsMs,
    outputEvents: outputEventsMs.length,
    answerText: hasAnswer ? answer.answerText : '',
    reasoningText: hasAnswer ? answer.reasoningText : '',
    outputText: hasAnswer ? answer.outputText : '',
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
