import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResponseFault, type ResponseHead } from '../../../../shared/measure/thread/read-response-head.ts';
import { ResponseReader } from '../../../../shared/measure/thread/response-reader.ts';

type Read = { status: number | null; body: string; fault: string | null; isWhole: boolean; extra: number };

/** Reads a response in the given pieces, and then the end of the connection where it is to end. */
function readPieces(pieces: readonly Buffer[], isEnded = true): Read {
  let head: ResponseHead | null = null;
  let body = '';
  let extra = 0;
  const reader = new ResponseReader({
    onHead: (read) => {
      head = read;
    },
    onBody: (bytes, start, end) => {
      body += Buffer.from(bytes.subarray(start, end)).toString('latin1');
    },
  });
  let fault: string | null = null;
  try {
    for (const piece of pieces) {
      // Reads land in a larger buffer that holds older bytes behind them.
      const buffer = Buffer.concat([piece, Buffer.from('left from before')]);
      extra += piece.length - reader.read(buffer, piece.length);
    }
  } catch (error) {
    if (!(error instanceof ResponseFault)) throw error;
    fault = error.message;
  }
  const isWhole = fault === null && (isEnded ? reader.endsHere() : reader.isDone);
  const status = (head as ResponseHead | null)?.status ?? null;
  return { status, body, fault, isWhole, extra };
}

const bytesOf = (text: string) => Buffer.from(text, 'latin1');
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
  ['an upgrade', 'HTTP/1.1 101 Switching\r\n\r\n', { fault: 'it asks for another protocol' }],
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
    'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n',
    { fault: 'the head has both a length and a transfer coding' },
  ],
  ['no chunk size', `${stream}\r\na`, { fault: 'a chunk size is malformed' }],
  ['a chunk size in words', `${stream}five\r\n`, { fault: 'a chunk size is malformed' }],
  ['a chunk that is too long', `${stream}1\r\nab\r\n`, { fault: 'a chunk does not end where its size says' }],
];

describe('a response', () => {
  test.each(responses)('%s: is read alike, wherever it is split', (_, text, expected) => {
    const bytes = bytesOf(text);
    const whole = readPieces([bytes]);
    expect(whole).toMatchObject(expected);
    // Where a fault is found early, what stands before it has been read all the same.
    for (let at = 0; at <= bytes.length; at++) expect(readPieces(cut(bytes, at))).toEqual(whole);
    expect(readPieces(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(whole);
  });

  test('that has not ended is not whole, however it is framed', () => {
    for (const [, text] of responses.filter(([, , { isWhole }]) => isWhole)) {
      const isClose = !/content-length|chunked|204/i.test(text);
      expect(readPieces([bytesOf(text)], false).isWhole).toBe(!isClose);
    }
  });

  test('a head, an extension or trailers without an end come to one', () => {
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

  test.each([
    ['HTTP/1.1 200 OK\r\ncontent-length: 0', true],
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: x, Close', false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0', false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive', true],
    ['HTTP/1.1 200 OK', false],
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

describe('beside the parser of Node (llhttp)', () => {
  let server: net.Server;
  let reply = Buffer.alloc(0);
  beforeAll(async () => {
    server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(reply));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  const askNode = (): Promise<Pick<Read, 'status' | 'body' | 'isWhole'>> =>
    new Promise((resolve) => {
      const none = { status: null, body: '', isWhole: false };
      const { port } = server.address() as AddressInfo;
      const request = http.request({ port, host: '127.0.0.1', method: 'POST', agent: false }, (response) => {
        let body = '';
        const tell = () => resolve({ status: response.statusCode ?? null, body, isWhole: response.complete });
        response.setEncoding('latin1').on('data', (text) => {
          body += text;
        });
        response.on('end', tell).on('error', tell);
      });
      request.on('error', () => resolve(none)).on('upgrade', () => resolve(none));
      request.end();
    });

  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const chunk = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 });
  const framing = fc.oneof(
    fc.array(chunk, { maxLength: 4 }).map((chunks) => {
      const parts = chunks.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`);
      return { header: 'Transfer-Encoding: chunked', body: `${parts.join('')}0\r\n\r\n` };
    }),
    fc
      .string({ unit: 'binary-ascii', maxLength: 60 })
      .map((text) => ({ header: `Content-Length:${text.length}`, body: text })),
    fc.string({ unit: 'binary-ascii', maxLength: 60 }).map((text) => ({ header: 'x: y', body: text })),
  );
  const response = fc
    .record({ status: fc.constantFrom(200, 204, 304, 404, 500), version: fc.constantFrom('1.1', '1.0'), framing, word })
    .map(
      ({ status, version, framing, word }) =>
        `HTTP/${version} ${status} ${word}\r\nX-${word}: ${word}\r\n${framing.header}\r\n\r\n${framing.body}`,
    );
  /** A good response, or one with a byte changed, put in or left out, or cut short. */
  const damaged = fc.oneof(
    response,
    fc
      .tuple(response, fc.nat(), fc.constantFrom('', 'x', '\n', '\r', ' ', ':', '0', '\0'), fc.constantFrom(0, 1))
      .map(([text, nat, put, left]) => {
        const at = nat % text.length;
        return text.slice(0, at) + put + text.slice(at + left);
      }),
    fc.tuple(response, fc.nat()).map(([text, nat]) => text.slice(0, nat % (text.length + 1))),
  );

  test('the same is whole, with the same status and the same body', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        reply = bytesOf(text);
        const ours = readPieces([reply]);
        // What follows a response is another matter: the connection is given up.
        fc.pre(ours.extra === 0);
        // Where llhttp is laxer: line breaks ahead of the status line, and a status below 100.
        fc.pre(!/^[\r\n]|^HTTP\/1\.\d 0/.test(text));
        const theirs = await askNode();
        expect(ours.isWhole).toBe(theirs.isWhole);
        if (theirs.isWhole) expect(ours).toMatchObject(theirs);
      }),
      { numRuns: 600 },
    );
  });
});
