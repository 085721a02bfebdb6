import {
  chunked,
  close,
  done,
  event,
  finish,
  head,
  lastChunk,
  role,
  streamHead,
  text,
  wait,
  whole,
  write,
} from '../../support/servers/scripted-responses.ts';
import type { HostileMode } from './hostile-mode.ts';

const good = role + text('Hi') + finish + done;
const stream = { 'content-type': 'text/event-stream' };
const streamOf = (headers: Record<string, string>, body: string) => [
  write(head('200 OK', { ...stream, ...headers }) + body),
  close,
];
const failures = ['bad_stream', 'truncated', 'timeout_total'] as const;

/** Repeats bytes until the request ends, in pieces that the other side can reject at any time. */
async function* flood(start: string, piece: string) {
  yield write(start);
  for (;;) yield* [write(piece), wait(1)];
}

/** Answers that break the framing of HTTP/1.1, or lie about it. */
export const framingModes: readonly HostileMode[] = [
  {
    name: 'a length and chunks together',
    script: () => streamOf({ 'content-length': '3', 'transfer-encoding': 'chunked' }, chunked(good) + lastChunk),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'two different lengths',
    script: () => [write(`HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 900\r\n\r\n${good}`), close],
    outcomes: failures,
  },
  { name: 'a negative length', script: () => streamOf({ 'content-length': '-5' }, good), outcomes: failures },
  {
    name: 'a length of 30 digits',
    script: () => streamOf({ 'content-length': '9'.repeat(30) }, good),
    outcomes: failures,
  },
  { name: 'a length in hex', script: () => streamOf({ 'content-length': '0x10' }, good), outcomes: failures },
  {
    name: 'a transfer coding that does not exist',
    script: () => streamOf({ 'transfer-encoding': 'chunked, mystery' }, chunked(good) + lastChunk),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'a chunk size of 20 digits',
    script: () => [write(`${streamHead}${'f'.repeat(20)}\r\n${good}`), close],
    outcomes: failures,
  },
  { name: 'a signed chunk size', script: () => [write(`${streamHead}+5\r\nhello\r\n`), close], outcomes: failures },
  {
    name: 'a chunk longer than its size',
    script: () => [write(`${streamHead}4\r\n${good}\r\n${lastChunk}`), close],
    outcomes: failures,
  },
  {
    name: 'a chunk extension without an end',
    script: () => flood(`${streamHead}5;x=`, 'y'.repeat(10_000)),
    outcomes: failures,
  },
  {
    name: 'an extension of 10 KB with every byte',
    script: () => flood(streamHead, `1;${'e'.repeat(10_000)}\r\n:\r\n`),
    outcomes: failures,
  },
  {
    name: 'trailers without an end',
    script: () => flood(`${streamHead}${chunked(good)}0\r\n`, `x: ${'t'.repeat(5_000)}\r\n`),
    outcomes: ['ok', ...failures],
  },
  {
    name: 'ten thousand headers',
    script: () => streamOf(Object.fromEntries(Array.from({ length: 10_000 }, (_, k) => [`x-${k}`, 'v'])), good),
    outcomes: failures,
  },
  { name: 'a header of 8 MB', script: () => streamOf({ 'x-large': 'h'.repeat(8_000_000) }, good), outcomes: failures },
  { name: 'a header with a NUL', script: () => streamOf({ 'x-nul': 'a\0b' }, good), outcomes: ['ok', ...failures] },
  {
    name: 'a folded header',
    script: () => [
      write(`HTTP/1.1 200 OK\r\nx: a\r\n b\r\n${'content-type: text/event-stream\r\n'}\r\n${good}`),
      close,
    ],
    outcomes: ['ok', ...failures],
  },
  {
    name: 'lines that end in LF only',
    script: () => [write(`HTTP/1.1 200 OK\ncontent-type: text/event-stream\n\n${good}`), close],
    outcomes: ['ok', ...failures],
  },
  { name: 'interim responses without an end', script: () => flood('', head('100 Continue')), outcomes: failures },
  {
    name: 'interim responses with 10 KB each, without an end',
    script: () => flood('', head('103 Early Hints', { link: 'l'.repeat(10_000) })),
    outcomes: failures,
  },
  { name: 'a status line without an end', script: () => flood('HTTP/1.1 200 ', 'O'.repeat(1_000)), outcomes: failures },
  { name: 'a status of 999', script: () => [write(whole('999 Strange', good))], outcomes: ['http_5xx', ...failures] },
  { name: 'a status of 000', script: () => [write(whole('000 Nothing', good))], outcomes: failures },
  { name: 'HTTP/0.9', script: () => [write(good), close], outcomes: failures },
  { name: 'HTTP/2', script: () => [write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), close], outcomes: failures },
  {
    name: 'a change of protocol',
    script: () => [write(head('101 Switching Protocols', { upgrade: 'websocket', connection: 'upgrade' })), wait(100)],
    outcomes: failures,
  },
  {
    name: 'a body after 204',
    script: () => [write(whole('204 No Content', good)), close],
    outcomes: ['bad_stream', 'truncated', 'empty_output'],
  },
  {
    name: 'a second answer after the end of the first',
    script: () => [
      write(streamHead + chunked(good) + lastChunk + streamHead + chunked(event({ error: { message: 'forged' } }))),
    ],
    outcomes: ['ok'],
  },
];
