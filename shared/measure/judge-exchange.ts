import type { Dialect, ProviderError } from '../protocols/dialect.ts';
import { isRateLimit, readProviderError } from '../protocols/parts/provider-error.ts';
import { parseJson } from '../protocols/parts/read-event.ts';
import type { Outcome } from '../sample/outcome.ts';
import type { Usage } from '../sample/sample.ts';
import type { Exchange, ExchangeFailureKind } from './instrument.ts';
import type { Answer } from './read-answer.ts';

/** Null error: the outcome is `ok`. `usage` where a body that was not streamed tells of it. */
export type Verdict = { outcome: Outcome; error: ProviderError | null; usage?: Usage };

const failureOutcomes: Record<ExchangeFailureKind, Outcome> = {
  dns: 'dns',
  connect: 'connect',
  tls: 'tls',
  timeout_first_token: 'timeout_first_token',
  timeout_total: 'timeout_total',
  stalled: 'stalled',
  broken: 'truncated',
  not_http: 'bad_stream',
  too_large: 'bad_stream',
  aborted: 'canceled',
  max_concurrency: 'not_sent',
};

/**
 * How a request ended. Where several things are wrong, the first of these counts:
 *  1. the status: 429, other 4xx, 5xx; any other than 2xx is `bad_stream` (redirects are not followed). The server has
 *     refused, so what became of the body afterwards does not matter, nor that we gave up waiting for it;
 *  2. an error event: `stream_error`, or `rate_limited` where its code says that, even where output came before or after;
 *  3. an answer that is whole (it has a finish reason or the end marker): the connection's end no longer matters, so a
 *     server that forgets to close is not a failure: on to 6;
 *  4. our own ending of it: canceled, timeouts, stalled, the memory bound; and a connection that was never made. The thread
 *     cuts a stream off on silence of bytes alone; one that pings kept alive without output until the total deadline is
 *     `stalled` all the same;
 *  5. the form: a response that is compressed, or no event stream, then events that are not what the protocol sends, are `bad_stream`;
 *     a broken connection, or an end without a finish, is `truncated`;
 *  6. of a whole answer: events that are not what the protocol sends (`bad_stream`), no output (`empty_output`), or `ok`.
 */
export function judgeExchange(
  exchange: Exchange,
  answer: Answer,
  dialect: Dialect,
  stallTimeoutMs = Number.POSITIVE_INFINITY,
): Verdict {
  const { failure, httpStatus } = exchange;
  if (httpStatus !== null && (httpStatus < 200 || httpStatus > 299)) return judgeStatus(exchange, httpStatus);
  if (answer.error !== null) return judgeError(answer.error);
  if (answer.done || answer.finishReason !== null) return judgeWhole(answer);
  if (failure?.kind === 'timeout_total') {
    const stall = judgeStall(exchange, answer, stallTimeoutMs);
    if (stall !== null) return stall;
  }
  if (failure !== null && failure.kind !== 'broken') return judgeFailure(exchange, failure.kind, failure.message);
  const unstreamed = answer.events === 0 ? judgeUnstreamed(exchange, dialect) : null;
  if (unstreamed !== null) return unstreamed;
  if (answer.malformed !== null) return judgeMalformed(answer.malformed);
  if (failure !== null) return judgeFailure(exchange, failure.kind, failure.message);
  return {
    outcome: 'truncated',
    error: { code: 'no_finish', message: 'The stream ended without a finish reason or end marker' },
  };
}

/** Output had begun, and then none came for as long as a silence may last, though bytes did. */
function judgeStall({ endMs }: Exchange, { outputEventsMs }: Answer, stallTimeoutMs: number): Verdict | null {
  const lastOutputMs = outputEventsMs.at(-1);
  if (lastOutputMs === undefined || endMs === null || endMs - lastOutputMs < stallTimeoutMs) return null;
  const message = `No output for ${Math.round(endMs - lastOutputMs)} ms up to the total deadline, though bytes still came`;
  return { outcome: 'stalled', error: { code: 'stalled', message } };
}

function judgeError(error: ProviderError): Verdict {
  return { outcome: isRateLimit(error.code) ? 'rate_limited' : 'stream_error', error };
}

function judgeWhole(answer: Answer): Verdict {
  if (answer.malformed !== null) return judgeMalformed(answer.malformed);
  if (answer.outputEventsMs.length > 0) return { outcome: 'ok', error: null };
  return {
    outcome: 'empty_output',
    error: { code: 'empty_output', message: 'The answer finished without any output' },
  };
}

function judgeMalformed(data: string): Verdict {
  const message = `An event of the stream is not what the protocol sends: ${data}`;
  return { outcome: 'bad_stream', error: { code: 'malformed_event', message } };
}

function judgeFailure(exchange: Exchange, kind: ExchangeFailureKind, message: string): Verdict {
  const coding = findContentCoding(exchange);
  // Compressed though we asked for it plain: then the length bound or a timeout hides the cause.
  const note = coding === null ? '' : ` (content-encoding ${coding})`;
  return { outcome: failureOutcomes[kind], error: { code: kind, message: message + note } };
}

function judgeStatus(exchange: Exchange, httpStatus: number): Verdict {
  if (httpStatus < 400) {
    const what =
      httpStatus < 300 ? 'no final answer' : 'a redirect, which is not followed; give the final address as baseUrl';
    return { outcome: 'bad_stream', error: { code: `http_${httpStatus}`, message: `HTTP ${httpStatus}: ${what}` } };
  }
  const told = readErrorBody(exchange);
  const error = {
    code: told?.code ?? exchange.headers['x-amzn-errortype']?.split(':')[0] ?? `http_${httpStatus}`,
    message: `HTTP ${httpStatus}${told === null ? '' : `: ${told.message}`}`,
  };
  if (httpStatus === 429) return { outcome: 'rate_limited', error };
  return { outcome: httpStatus < 500 ? 'http_4xx' : 'http_5xx', error };
}

/** How the body is compressed; null: it is plain, as it was asked for. */
function findContentCoding({ headers }: Exchange): string | null {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  return coding === '' || coding === 'identity' ? null : coding;
}

function readErrorBody(exchange: Exchange): ProviderError | null {
  const coding = findContentCoding(exchange);
  if (coding !== null) return { code: null, message: `what it says of it is compressed (content-encoding ${coding})` };
  const text = decodeText(exchange.bytes).trim();
  if (text === '') return null;
  const json = parseJson(text.replace(/^data:\s*/, ''));
  const told = json === undefined ? null : readProviderError(json, true);
  if (told !== null) return told;
  // A page of HTML says what it is in its title. Bounded: a body of nothing but beginnings of titles must not take for ever.
  const title = /<title[^>]{0,100}>([^<]{0,1000})<\/title>/i.exec(text)?.[1]?.trim();
  return { code: null, message: title || text };
}

/** A 2xx body in which no event was found: compressed, a whole JSON answer, an error in place of a stream, or no event stream. */
function judgeUnstreamed(exchange: Exchange, dialect: Dialect): Verdict | null {
  const coding = findContentCoding(exchange);
  if (coding !== null && exchange.bytes.length > 0) {
    const message = `The response is compressed (content-encoding ${coding}), though it was asked for plain, so nothing of it can be timed`;
    return createBadStream('compressed', message);
  }
  const type = exchange.headers['content-type'];
  const text = decodeText(exchange.bytes).trim();
  const json = parseJson(text);
  const error = json === undefined ? null : readProviderError(json, false);
  if (error !== null) return judgeError(error);
  const read = json === undefined ? { malformed: true } : dialect.readEvent({ event: null, data: text });
  if (!read.malformed && ('text' in read || 'finishReason' in read)) {
    const message = 'The answer came whole, not streamed, so nothing of it can be timed';
    return createBadStream('not_streamed', message, 'usage' in read ? read.usage : undefined);
  }
  const isEventStream = type?.toLowerCase().startsWith(dialect.mediaType) ?? false;
  if (text === '' || isEventStream) return null;
  return createBadStream('not_event_stream', `The response is not an event stream (content-type ${type ?? 'missing'})`);
}

function createBadStream(code: string, message: string, usage?: Usage): Verdict {
  return { outcome: 'bad_stream', error: { code, message }, ...(usage === undefined ? {} : { usage }) };
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
