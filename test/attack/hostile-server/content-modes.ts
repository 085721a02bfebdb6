import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import {
  chunked,
  close,
  done,
  event,
  finish,
  head,
  json,
  lastChunk,
  role,
  streamHead,
  text,
  wait,
  whole,
  write,
} from '../../support/servers/scripted-responses.ts';
import type { HostileMode } from './hostile-mode.ts';

const stream = { 'content-type': 'text/event-stream', connection: 'close' };
const end = finish + done;
const answerWith = (body: string | Uint8Array, headers: Record<string, string> = {}) => [
  write(head('200 OK', { ...stream, ...headers })),
  write(body),
  close,
];
const zeros = Buffer.alloc(50_000_000);
const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const [gzipBomb, brotliBomb] = [gzipSync(zeros), brotliCompressSync(zeros, fast)];
const bytes = (...parts: (string | Uint8Array)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const usageOf = (usage: unknown) => text('Hi') + event({ choices: [], usage }) + end;
const failures = ['bad_stream', 'truncated', 'stream_error', 'empty_output'] as const;

/** Answers whose content is larger, deeper, or stranger than a chat stream. */
export const contentModes: readonly HostileMode[] = [
  {
    name: 'a gzip bomb of 50 MB',
    script: () => answerWith(gzipBomb, { 'content-encoding': 'gzip' }),
    outcomes: failures,
  },
  {
    name: 'a brotli bomb of 50 MB',
    script: () => answerWith(brotliBomb, { 'content-encoding': 'br' }),
    outcomes: failures,
  },
  {
    name: '20 MB without a line break',
    script: () => answerWith(`data: ${'x'.repeat(20_000_000)}`),
    outcomes: ['too_large', ...failures],
  },
  {
    name: '8 MB of line breaks',
    script: () => answerWith('\n'.repeat(8_000_000) + text('Hi') + end),
    outcomes: ['ok', ...failures],
  },
  {
    name: '400,000 empty events',
    script: () => answerWith('data: {}\n\n'.repeat(400_000) + text('Hi') + end),
    outcomes: ['ok', 'timeout_total', ...failures],
  },
  {
    name: 'a list 200,000 deep',
    script: () => answerWith(`data: ${'['.repeat(200_000)}${']'.repeat(200_000)}\n\n${text('Hi')}${end}`),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'bytes that are not UTF-8',
    script: () =>
      answerWith(bytes('data: {"choices":[{"delta":{"content":"', Uint8Array.of(0xff, 0xfe, 0xc0), '"}}]}\n\n', end)),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'half of a character at the end of a chunk',
    script: () => [
      write(streamHead),
      write(bytes('3\r\n', Uint8Array.of(0xf0, 0x9f, 0x99), '\r\n', chunked(text('Hi') + end), lastChunk)),
    ],
    outcomes: ['ok', ...failures],
  },
  {
    name: 'lone surrogates, NUL and direction marks in the text',
    script: () => answerWith(text('\ud800 \u0000 \u202e \u001b[2J') + end),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'fields named __proto__ and constructor',
    script: () =>
      answerWith(
        `data: {"__proto__":{"ok":1},"constructor":1,"choices":[{"delta":{"__proto__":{"content":"x"},"content":"Hi"}}]}\n\n${end}`,
      ),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'fields of other types',
    script: () =>
      answerWith(event({ choices: 'many' }) + event({ choices: [{ delta: 7 }] }) + event([]) + event(null) + end),
    outcomes: failures,
  },
  {
    name: 'an index of 10^9',
    script: () => answerWith(event({ choices: [{ index: 1e9, delta: { content: 'x' } }] }) + end),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'usage of 10^308 tokens',
    script: () => answerWith(usageOf({ prompt_tokens: 1e308, completion_tokens: 1e308 })),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'usage of -5 tokens',
    script: () => answerWith(usageOf({ prompt_tokens: -5, completion_tokens: -5 })),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'usage as text',
    script: () => answerWith(usageOf({ prompt_tokens: '12', completion_tokens: 'NaN' })),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'an event id and a retry time of 1 MB',
    script: () => answerWith(`id: ${'i'.repeat(1_000_000)}\nretry: ${'9'.repeat(1_000_000)}\n${text('Hi')}${end}`),
    outcomes: ['ok', ...failures],
  },
  { name: 'a byte order mark', script: () => answerWith(`\ufeff${text('Hi')}${end}`), outcomes: ['ok', ...failures] },
  {
    name: 'a page with a script',
    script: () => [write(whole('200 OK', '<script>alert(1)</script>', { 'content-type': 'text/html' }))],
    outcomes: failures,
  },
  { name: 'nothing', script: () => [write(whole('200 OK', '', stream)), close], outcomes: failures },
  {
    name: 'an error message of 5 MB',
    script: () => [write(json('500 Broken', { error: { message: 'm'.repeat(5_000_000), code: 'c'.repeat(100_000) } }))],
    outcomes: ['http_5xx', 'bad_stream'],
  },
  {
    name: 'a wait of 10^12 seconds',
    script: () => [
      write(json('429 Too Many Requests', { error: { message: 'wait' } }, { 'retry-after': '1000000000000' })),
    ],
    outcomes: ['rate_limited'],
  },
  {
    name: 'cookies',
    script: ({ head: sent }) =>
      /^cookie:/im.test(sent)
        ? [write(json('400 Bad Request', { error: { message: 'a cookie was sent' } }))]
        : [
            write(head('200 OK', { ...stream, 'set-cookie': 'session=1; Domain=127.0.0.1' }) + role + text('Hi') + end),
            close,
          ],
    outcomes: ['ok'],
  },
  {
    name: 'one byte every 100 ms',
    script: async function* () {
      for (const byte of streamHead + chunked(text('Hi'))) yield* [write(byte), wait(100)];
    },
    outcomes: ['timeout_total', 'timeout_first_token', 'stalled'],
  },
  {
    name: 'a comment every 100 ms, without an end',
    script: async function* () {
      yield write(streamHead + chunked(text('Hi')));
      for (;;) yield* [wait(100), write(chunked(': ping\n\n'))];
    },
    outcomes: ['stalled', 'timeout_total'],
  },
];
