import type { Dialect, ProviderError } from '../protocols/dialect.ts';
import { readProviderError } from '../protocols/parts/provider-error.ts';
import { saysRateLimit } from '../protocols/parts/rate-limit.ts';
import { parseJson } from '../protocols/parts/read-event.ts';
import { sizeRemedy } from '../response-limit.ts';
import type { Outcome } from '../sample/outcome.ts';
import type { Exchange, ExchangeFailureKind } from './instrument.ts';
import type { Answer } from './read-answer.ts';

/** The outcome of an exchange. If it is `ok`, `error` is null. */
export type Verdict = { outcome: Outcome; error: ProviderError | null };

const failureOutcomes: Record<ExchangeFailureKind, Outcome> = {
  dns: 'dns',
  connect: 'connect',
  tls: 'tls',
  timeout_first_token: 'timeout_first_token',
  timeout_total: 'timeout_total',
  stalled: 'stalled',
  broken: 'truncated',
  not_http: 'bad_stream',
  too_large: 'too_large',
  aborted: 'canceled',
  max_concurrency: 'not_sent',
};

/**
 * Determines the outcome of a request. The first rule that applies decides:
 * 1. Statuses 429, other 4xx, and 5xx have their own outcomes. Any other status except 2xx is `bad_stream`.
 * 2. An answer of which a limit keeps the rest from being read is `too_large`.
 * 3. An error, in any place, is `stream_error`, or `rate_limited` if it says so. A finish reason that names a
 *   failure is also `stream_error`.
 * 4. A complete response has an end marker, or a finish reason without later output; the connection may fail afterwards.
 *   It is `bad_stream` if it has malformed events, `empty_output` if it has no output, and otherwise `ok`.
 * 5. Failed connections and limits (canceled, timeout, stalled, size) have their own outcomes. A stream that sends only
 *   pings until the total timeout is also `stalled`.
 * 6. A compressed response, a response that is not an event stream or has text without any event, and malformed events
 *   are `bad_stream`. A broken connection, or an end without a finish reason, is `truncated`.
 */
export function judgeExchange(
  exchange: Exchange,
  answer: Answer,
  dialect: Pick<Dialect, 'mediaType' | 'endsByFinish'>,
  stallTimeoutMs = Number.POSITIVE_INFINITY,
): Verdict {
  const { failure, httpStatus } = exchange;
  if (httpStatus !== null && (httpStatus < 200 || httpStatus > 299)) return judgeStatus(exchange, httpStatus);
  if (answer.excess !== null) return judgeFailure(exchange, 'too_large', answer.excess);
  if (answer.error !== null) return judgeError(answer.error);
  if (answer.finish?.kind === 'failure' && (!answer.finish.isVoid || answer.done)) return judgeBrokenOff(answer.finish);
  if (isFinished(exchange, answer, dialect)) return judgeWhole(answer);
  if (failure?.kind === 'timeout_total') {
    const stall = judgeStall(exchange, answer, stallTimeoutMs);
    if (stall !== null) return stall;
  }
  if (failure !== null && failure.kind !== 'broken') return judgeFailure(exchange, failure.kind, failure.message);
  const unstreamed = answer.events === 0 ? judgeUnstreamed(exchange, dialect) : null;
  if (unstreamed !== null) return unstreamed;
  if (answer.malformed !== null) return judgeMalformed(answer.malformed);
  if (failure !== null) return judgeFailure(exchange, failure.kind, failure.message);
  if (answer.events === 0 && answer.looseText !== '')
    return createBadStream('no_event', `The response has no event. It says: ${describeText(answer.looseText)}`);
  const loose = answer.looseText === '' ? '' : `. The response ended with: ${describeText(answer.looseText)}`;
  const message = `The stream ended without a finish reason or end marker${loose}`;
  return { outcome: 'truncated', error: { code: 'no_finish', message } };
}

/** Returns whether the protocol says that the answer is over, and nothing contradicts it. */
function isFinished({ failure }: Exchange, { done, finish }: Answer, { endsByFinish }: Pick<Dialect, 'endsByFinish'>) {
  if (done || finish === null) return done;
  return !finish.isVoid || (endsByFinish === true && failure === null);
}

function judgeBrokenOff({ word, message }: NonNullable<Answer['finish']>): Verdict {
  const words = message === null ? '' : `: ${message}`;
  const text = `The server broke the answer off (finish reason "${word}")${words}`;
  return judgeError({ code: word, message: text, ...(saysRateLimit(word, words) ? { isRateLimit: true } : {}) });
}

/** Returns `stalled` if no output arrived for `stallTimeoutMs` although other bytes did; otherwise returns null. */
function judgeStall({ endMs }: Exchange, { outputEventsMs }: Answer, stallTimeoutMs: number): Verdict | null {
  const lastOutputMs = outputEventsMs.at(-1);
  if (lastOutputMs === undefined || endMs === null || endMs - lastOutputMs < stallTimeoutMs) return null;
  const message = `The request reached its time limit. The server still sent bytes, but no output in the last ${Math.round(endMs - lastOutputMs)} ms`;
  return { outcome: 'stalled', error: { code: 'stalled', message } };
}

function judgeError(error: ProviderError): Verdict {
  return { outcome: error.isRateLimit ? 'rate_limited' : 'stream_error', error };
}

function judgeWhole(answer: Answer): Verdict {
  if (answer.malformed !== null) return judgeMalformed(answer.malformed);
  if (answer.outputEventsMs.length > 0) return { outcome: 'ok', error: null };
  const message = 'The response ended without any output';
  return { outcome: 'empty_output', error: { code: 'empty_output', message } };
}

function judgeMalformed(data: string): Verdict {
  return createBadStream('malformed_event', `The stream contains an event that does not match the protocol: ${data}`);
}

function judgeFailure(exchange: Exchange, kind: ExchangeFailureKind, message: string): Verdict {
  const coding = findContentCoding(exchange);
  // Mentions compression, because compression may be the real cause of a size-limit failure or a timeout.
  const note = coding === null ? '' : ` (content-encoding ${coding})`;
  const remedy = kind === 'too_large' ? `. ${sizeRemedy}` : '';
  return { outcome: failureOutcomes[kind], error: { code: kind, message: message + note + remedy } };
}

function judgeStatus(exchange: Exchange, httpStatus: number): Verdict {
  if (httpStatus < 400) {
    const what = httpStatus < 300 ? 'not a final response' : describeRedirect(exchange.headers['location']);
    return createBadStream(`http_${httpStatus}`, `HTTP ${httpStatus}: ${what}`);
  }
  const reported = readErrorBody(exchange);
  const error: ProviderError = {
    ...reported,
    code: reported?.code ?? exchange.headers['x-amzn-errortype']?.split(':')[0] ?? `http_${httpStatus}`,
    message: `HTTP ${httpStatus}${reported === null ? '' : `: ${reported.message}`}`,
  };
  if (httpStatus === 429 || reported?.isRateLimit) return { outcome: 'rate_limited', error };
  return { outcome: httpStatus < 500 ? 'http_4xx' : 'http_5xx', error };
}

/** Describes a redirect without the query and user information of its address, which may contain secrets. */
function describeRedirect(location = ''): string {
  const address = location.replace(/[?#].*$/s, '').replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/]*@/i, '$1');
  const where = address === '' ? '' : `a redirect to ${address}; `;
  return `${where}this redirect is not followed; set baseUrl and path to the final address, or followRedirects for one within the origin`;
}

/** Returns the content coding of a compressed body, or null. The instrument never requests compression. */
function findContentCoding({ headers }: Exchange): string | null {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  return coding === '' || coding === 'identity' ? null : coding;
}

function readErrorBody(exchange: Exchange): ProviderError | null {
  const coding = findContentCoding(exchange);
  if (coding !== null)
    return { code: null, message: `the error body is compressed (content-encoding ${coding}) and cannot be read` };
  const text = new TextDecoder().decode(exchange.bytes).trim();
  if (text === '') return null;
  const json = parseJson(text.replace(/^data:\s*/, ''));
  const reported = json === undefined ? null : readProviderError(json, true);
  if (reported !== null) return reported;
  return readProviderError(describeText(text), true);
}

/** Describes text that is not a JSON. For HTML pages, the title is best. The limits keep the match fast for hostile bodies. */
function describeText(text: string): string {
  return /<title[^>]{0,100}>([^<]{0,1000})<\/title>/i.exec(text)?.[1]?.trim() || text;
}

/** Returns a verdict if a 2xx body is compressed, an error, not streamed, or not an event stream; otherwise null. */
function judgeUnstreamed(exchange: Exchange, dialect: Pick<Dialect, 'mediaType'>): Verdict | null {
  const coding = findContentCoding(exchange);
  if (coding !== null && exchange.bytes.length > 0) {
    const message = `The response is compressed (content-encoding ${coding}), so its chunks cannot be timed. Turn off compression on the server or proxy`;
    return createBadStream('compressed', message);
  }
  const type = exchange.headers['content-type'];
  const text = new TextDecoder().decode(exchange.bytes).trim();
  const json = parseJson(text);
  const error = json === undefined ? null : readProviderError(json, false);
  if (error !== null) return judgeError(error);
  const told = readProviderError(json ?? null, true);
  if (told?.isRateLimit) return judgeError(told);
  const isEventStream = type?.toLowerCase().startsWith(dialect.mediaType) ?? false;
  if (text === '' || (isEventStream && json === undefined)) return null;
  const words = told?.message ?? describeText(text);
  const message = `The response is not an event stream (content-type ${type ?? 'missing'}). It says: ${words}`;
  return createBadStream('not_event_stream', message);
}

function createBadStream(code: string, message: string): Verdict {
  return { outcome: 'bad_stream', error: { code, message } };
}
