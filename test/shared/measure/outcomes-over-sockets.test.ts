import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { InstrumentSession } from '../../../shared/measure/instrument.ts';
import {
  countBy,
  interpretAll,
  measure,
  openTestSession,
  type SessionSet,
  startPhase,
} from '../../support/run-phase.ts';
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
} from '../../support/scripted-responses.ts';
import { type ScriptedServer, type Step, startScriptedServer } from '../../support/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...args: Parameters<typeof startScriptedServer>): Promise<ScriptedServer> {
  const server = await startScriptedServer(...args);
  servers.push(server);
  return server;
}

const one = { mode: 'concurrency', concurrency: 1 } as const;
const brief = { requestTimeoutMs: 500, stallTimeoutMs: 60 };
const start = [write(streamHead), write(chunked(role)), write(chunked(text('Hi')))];
const hangs = wait(1_000);
const endless = async function* () {
  yield write(streamHead);
  for (;;) yield* [write(chunked(text('again and again'))), wait(1)];
};

const cases: [string, () => Iterable<Step> | AsyncIterable<Step>, SessionSet, string, string | null][] = [
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
  // A server that others keep from its CPU may be silent for a while: no short limit on that here.
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
  ['too large', endless, { maxResponseBytes: 1_000 }, 'bad_stream', 'too_large'],
  [
    'an answer in one piece',
    () => [write(json('200 OK', { choices: [{ message: { content: 'Hi' } }] }))],
    {},
    'bad_stream',
    'not_streamed',
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

/** Cases that ask for the same session share it; each is served by the script of the case that runs. */
const sessions = Map.groupBy(cases, ([, , set]) => JSON.stringify(set));

describe.each([...sessions])('every outcome, over real sockets, with %s', (_set, group) => {
  let script: () => Iterable<Step> | AsyncIterable<Step> = () => [];
  let server: ScriptedServer;
  let session: InstrumentSession;
  beforeAll(async () => {
    server = await startScriptedServer(() => script());
    session = await openTestSession(server.url, group[0]?.[2]);
  });
  afterAll(async () => {
    await session.close();
    await vi.waitFor(() => expect(server.counts.open).toBe(0), { timeout: 10_000 });
    await server.close();
  });

  test.each(group)('%s', async (_what, steps, _set, outcome, code) => {
    script = steps;
    server.requests.length = 0;
    // Twice over: whatever the first did to its connection, the second request fares the same.
    const phase = startPhase(session, 2, one);
    await phase.done;
    const read = interpretAll(phase.exchanges);
    expect(countBy(read, (each) => each.outcome)).toEqual({ [outcome]: 2 });
    expect(read[0]?.error?.code ?? null).toBe(code);
    expect(server.requests).toHaveLength(2);
    for (const exchange of phase.exchanges) {
      expect(exchange.startMs).toBeGreaterThanOrEqual(0);
      expect(exchange.endMs).toBeGreaterThanOrEqual(exchange.startMs ?? Number.POSITIVE_INFINITY);
    }
  });
});

describe('what needs an endpoint of its own', () => {
  test('a refused connection ends each request as `connect`, and none is sent', async () => {
    const dead = net.createServer().listen(0, '127.0.0.1');
    await once(dead, 'listening');
    const { port } = dead.address() as AddressInfo;
    dead.close();
    const { exchanges, read, progress } = await measure(`http://127.0.0.1:${port}`, 300, {
      mode: 'concurrency',
      concurrency: 20,
    });
    expect(countBy(read, (each) => each.outcome)).toEqual({ connect: 300 });
    expect(new Set(exchanges.map(({ index }) => index)).size).toBe(300);
    expect(exchanges.every(({ startMs }) => startMs === null)).toBe(true);
    expect(progress).toEqual({ issued: 300, inFlight: 0 });
    expect(read[0]?.error?.message).not.toContain(String(port));
  });

  test('a name that does not resolve ends as `dns`', async () => {
    const { read, exchanges } = await measure('http://no-such-name.invalid', 1, one);
    expect(read.map(({ outcome }) => outcome)).toEqual(['dns']);
    expect(exchanges[0]?.connection).toEqual({ reused: false, dnsMs: null, connectMs: null, tlsMs: null });
  });

  test('a server that does not speak TLS ends as `tls`', async () => {
    const server = await serve(
      () => [],
      (socket) => socket.end('plain\r\n'),
    );
    const { read } = await measure(server.url.replace('http:', 'https:'), 2, one);
    expect(countBy(read, (each) => each.outcome)).toEqual({ tls: 2 });
  });

  test('public egress: a loopback endpoint is never connected to', async () => {
    const server = await serve(() => answer('Hi'));
    const { read } = await measure(server.url, 3, one, { egress: 'public' });
    expect(countBy(read, (each) => each.outcome)).toEqual({ connect: 3 });
    expect(read[0]?.error?.message).toContain('address is not allowed');
    expect(server.counts.accepted).toBe(0);
  });

  test('a stream written a byte at a time gives the same answer', async () => {
    const server = await serve(async function* () {
      for (const step of answer('Größe', ' 🙂'))
        for (const byte of step.do === 'write' ? Buffer.from(step.bytes) : []) {
          yield write(Uint8Array.of(byte));
          await new Promise(setImmediate);
        }
    });
    const { read } = await measure(server.url, 1, one);
    expect(read[0]).toMatchObject({ outcome: 'ok', answerText: 'Größe 🙂', outputEvents: 2 });
  });
});
