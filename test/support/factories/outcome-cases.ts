import type { Outcome } from '../../../shared/sample/outcome.ts';
import {
  answer,
  chunked,
  close,
  closeDelimitedHead,
  done,
  finish,
  head,
  json,
  lastChunk,
  reset,
  role,
  streamHead,
  text,
  wait,
  whole,
  write,
} from '../servers/scripted-responses.ts';
import type { Step } from '../servers/scripted-server.ts';
import type { SessionSet } from './run-phase.ts';

const brief = { requestTimeoutMs: 500, stallTimeoutMs: 60 };
const start = [write(streamHead), write(chunked(role)), write(chunked(text('Hi')))];
const hangs = wait(1_000);
const endless = async function* () {
  yield write(streamHead);
  for (;;) yield* [write(chunked(text('again and again'))), wait(1)];
};

/** Server behaviors, the session settings they need, and the resulting outcome and error code. */
export type OutcomeCase = [
  name: string,
  script: () => Iterable<Step> | AsyncIterable<Step>,
  set: SessionSet,
  outcome: Outcome,
  code: string | null,
];

export const outcomeCases: readonly OutcomeCase[] = [
  ['a good answer', () => answer('Hi', ' there'), {}, 'ok', null],
  ['close-delimited', () => [write(closeDelimitedHead + text('Hi') + finish + done), close], {}, 'ok', null],
  ['with a length', () => [write(whole('200 OK', text('Hi') + done))], {}, 'ok', null],
  ['early hints first', () => [write(head('103 Early Hints')), ...answer('Hi')], {}, 'ok', null],
  ['never closed after the answer', () => [...start, write(chunked(finish + done)), hangs], brief, 'ok', null],
  [
    '429',
    () => [write(json('429 Too Many Requests', { error: { message: 'slow' } }, { 'retry-after': '2' }))],
    {},
    'rate_limited',
    'http_429',
  ],
  [
    '500, then closed',
    () => [write(whole('500 Oops', 'no', { connection: 'close' })), close],
    {},
    'http_5xx',
    'http_500',
  ],
  [
    'a redirect',
    () => [write(whole('302 Found', '', { location: 'http://127.0.0.1:1/' }))],
    {},
    'bad_stream',
    'http_302',
  ],
  ['no response at all', () => [hangs], brief, 'timeout_total', 'timeout_total'],
  ['half a head', () => [write('HTTP/1.1 200 OK\r\ncontent-'), hangs], brief, 'timeout_total', 'timeout_total'],
  // A server on a busy machine may be silent for a while, so this limit is long.
  ['an endless stream', endless, { requestTimeoutMs: 500 }, 'timeout_total', 'timeout_total'],
  [
    'comments only',
    () => [write(streamHead + chunked(': hm\n\n')), hangs],
    { firstTokenTimeoutMs: 100 },
    'timeout_first_token',
    'timeout_first_token',
  ],
  ['no first byte', () => [hangs], { firstTokenTimeoutMs: 100 }, 'timeout_first_token', 'timeout_first_token'],
  ['silence after output', () => [...start, hangs], brief, 'stalled', 'stalled'],
  ['silence before output', () => [write(streamHead + chunked(role)), hangs], brief, 'timeout_total', 'timeout_total'],
  ['closed before the response', () => [close], {}, 'truncated', 'broken'],
  ['reset before the response', () => [reset], {}, 'truncated', 'broken'],
  ['closed in the stream', () => [...start, close], {}, 'truncated', 'broken'],
  [
    'closed in the stream, said to close',
    () => [write(closeDelimitedHead + text('Hi')), close],
    {},
    'truncated',
    'no_finish',
  ],
  [
    'a chunked stream that says it closes, cut',
    () => [write(streamHead.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n') + chunked(text('Hi'))), close],
    {},
    'truncated',
    'broken',
  ],
  [
    'a body shorter than its length',
    () => [write(whole('200 OK', text('Hi'), { 'content-length': '999' })), close],
    {},
    'truncated',
    'broken',
  ],
  ['reset in the stream', () => [...start, wait(20), reset], {}, 'truncated', 'broken'],
  ['ended without a finish', () => [...start, write(lastChunk)], {}, 'truncated', 'no_finish'],
  ['not HTTP', () => [write('SSH-2.0-OpenSSH_9.6\r\n')], {}, 'bad_stream', 'not_http'],
  ['a broken chunk size', () => [...start, write('zzz\r\n')], {}, 'bad_stream', 'not_http'],
  [
    'an endless head',
    () => [write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`), hangs],
    {},
    'bad_stream',
    'not_http',
  ],
  ['too large', endless, { maxResponseBytes: 1_000 }, 'too_large', 'too_large'],
  [
    'an answer in one piece',
    () => [write(json('200 OK', { choices: [{ message: { content: 'Hi' } }] }))],
    {},
    'ok',
    null,
  ],
  [
    'an error event',
    () => [...start, write(chunked('data: {"error":{"message":"x","code":"y"}}\n\n') + lastChunk)],
    {},
    'stream_error',
    'y',
  ],
  ['no output', () => answer(), {}, 'empty_output', 'empty_output'],
];
