import { describe, expect, test } from 'vitest';
import { ResponseReader } from '../../../../../shared/measure/thread/http/response-reader.ts';
import { bytesOf, type Read, readPieces } from '../../../../support/factories/read-pieces.ts';

const cut = (bytes: Buffer, at: number) => [bytes.subarray(0, at), bytes.subarray(at)];
const stream = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const responses: [string, string, Partial<Read>][] = [
  ['chunks', `${stream}5\r\nhello\r\nA;x=1\r\n, world!!!\r\n0\r\n\r\n`, { body: 'hello, world!!!', isWhole: true }],
  ['trailers', `${stream}1\r\na\r\n000\r\nx-sum: 1\r\ny: 2\r\n\r\n`, { body: 'a', isWhole: true }],
  ['a length', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc', { body: 'abc', isWhole: true }],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', isWhole: true }],
  ['length 0', 'HTTP/1.1 500 \r\ncontent-length: 0\r\n\r\n', { status: 500, isWhole: true }],
  ['close', 'HTTP/1.1 200 OK\r\n\r\nto the end', { body: 'to the end', isWhole: true }],
  ['HTTP/1.0', 'HTTP/1.0 200\r\nx:\ty \r\n\r\nto the end', { body: 'to the end', isWhole: true }],
  ['hints', `HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${stream}1\r\na\r\n0\r\n\r\n`, { status: 200, body: 'a' }],
  ['more', `${stream}0\r\n\r\nHTTP/1.1 200 OK`, { isWhole: true, extra: 15 }],
  ['cut in a chunk', `${stream}5\r\nhel`, { body: 'hel', isWhole: false, fault: null }],
  ['cut in the head', 'HTTP/1.1 200 OK\r\nx', { status: null, isWhole: false, fault: null }],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', { fault: 'the status line is malformed' }],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n', { fault: 'the status line is malformed' }],
  ['an upgrade', 'HTTP/1.1 101 Switching\r\n\r\n', { fault: 'it switches to another protocol' }],
  ['a folded line', 'HTTP/1.1 200 OK\r\nx: y\r\n z\r\n\r\n', { fault: 'a header line is malformed' }],
  ['bare line feeds', 'HTTP/1.1 200 OK\nx: y\n\n', { fault: 'a header line is malformed' }],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n',
    { fault: 'the content-length is malformed' },
  ],
  ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -3\r\n\r\n', { fault: 'the content-length is malformed' }],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 300\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
    { body: 'ab', isWhole: true },
  ],
  ['no chunk size', `${stream}\r\na`, { fault: 'a chunk size is malformed' }],
  ['a chunk size in words', `${stream}five\r\n`, { fault: 'a chunk size is malformed' }],
  ['a chunk that is too long', `${stream}1\r\nab\r\n`, { fault: 'a chunk does not end where its size says' }],
];

describe('a response', () => {
  test.each(responses)('%s: is read the same at any split', (_, text, expected) => {
    const bytes = bytesOf(text);
    const whole = readPieces([bytes]);
    expect(whole).toMatchObject(expected);
    // A fault that is found early does not hide what precedes it.
    for (let at = 0; at <= bytes.length; at++) expect(readPieces(cut(bytes, at))).toEqual(whole);
    expect(readPieces(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(whole);
  });

  test('that has not ended is not complete, in any framing', () => {
    for (const [, text] of responses.filter(([, , { isWhole }]) => isWhole)) {
      const isClose = !/content-length|chunked|204/i.test(text);
      expect(readPieces([bytesOf(text)], false).isWhole).toBe(!isClose);
    }
  });

  test('an endless head, extension or trailer is a fault', () => {
    const endless = 'y'.repeat(20_000);
    expect(readPieces([bytesOf(`HTTP/1.1 200 OK\r\nx: ${endless}`)]).fault).toBe('the head is too large');
    expect(readPieces([bytesOf(`${stream}1;${endless}`)]).fault).toBe('a chunk extension is too large');
    expect(readPieces([bytesOf(`${stream}0\r\n${endless}`)]).fault).toBe('the trailers are too large');
  });

  test('may have an extension on each of very many chunks', () => {
    const chunks = `1;signature=${'0'.repeat(64)}\r\na\r\n`.repeat(1_000);
    const text = `${stream}${chunks}0\r\n\r\n`;
    expect(readPieces([bytesOf(text)])).toMatchObject({ isWhole: true, body: 'a'.repeat(1_000), fault: null });
  });

  test('whose interim responses never end, or whose chunk extensions add up to megabytes, is a fault', () => {
    const hints = `HTTP/1.1 103 Early Hints\r\nlink: ${'y'.repeat(1_000)}\r\n\r\n`;
    expect(readPieces([bytesOf(hints.repeat(50)), bytesOf(`${stream}0\r\n\r\n`)])).toMatchObject({ isWhole: true });
    expect(readPieces([bytesOf(hints.repeat(100))]).fault).toBe('the interim responses are too large');
    const chunk = bytesOf(`1;${'y'.repeat(16_000)}\r\na\r\n`);
    const read = readPieces([bytesOf(stream), ...Array.from({ length: 100 }, () => chunk)]);
    expect(read.fault).toBe('the chunk extensions are too large');
  });

  test.each([
    ['HTTP/1.1 200 OK\r\ncontent-length: 0', true],
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: x, Close', false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0', false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive', true],
    ['HTTP/1.1 200 OK', false],
    ['HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked', false],
  ])('%j: another request may follow: %s', (text, keepsAlive) => {
    let told: boolean | null = null;
    const reader = new ResponseReader({
      onHead: (head) => {
        told = head.keepsAlive;
      },
      onBody: () => {},
    });
    const bytes = bytesOf(`${text}\r\n\r\n`);
    reader.read(bytes, bytes.length);
    expect(told).toBe(keepsAlive);
  });
});
