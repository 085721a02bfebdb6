import { afterEach, describe, expect, test } from 'vitest';
import { createInstrument } from '../../../shared/measure/create-instrument.ts';
import type { InstrumentSession, PreparedRequest } from '../../../shared/measure/instrument.ts';
import {
  countBy,
  interpretAll,
  measure,
  openTestSession,
  prepared,
  startPhase,
} from '../../support/factories/run-phase.ts';
import {
  answer,
  chunked,
  close,
  json,
  role,
  streamHead,
  text,
  wait,
  write,
} from '../../support/servers/scripted-responses.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const closeOne of closers.splice(0).reverse()) await closeOne();
});

async function serve(...args: Parameters<typeof startScriptedServer>): Promise<ScriptedServer> {
  const server = await startScriptedServer(...args);
  closers.push(server.close);
  return server;
}

async function openFor(
  server: ScriptedServer,
  set?: Parameters<typeof openTestSession>[1],
): Promise<InstrumentSession> {
  const session = await openTestSession(server.url, set);
  closers.push(session.close);
  return session;
}

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 15_000, interval: 5 });
const closedLoop = (concurrency: number) => ({ mode: 'concurrency', concurrency }) as const;
const hanging = () => [write(streamHead), write(chunked(role + text('Hi'))), wait(60_000)];

describe('requests', () => {
  test('carry the body, the endpoint’s headers and the instrument’s own', async () => {
    const server = await serve(() => answer('Hi'));
    await measure(server.url, 1, closedLoop(1), {
      headers: { authorization: 'Bearer sk-1', 'x-team': 'a', Accept: 'text/plain' },
      requests: prepared(1, '{"model":"größe"}'),
    });
    const [request] = server.requests;
    expect(Buffer.from(request?.body ?? '', 'latin1').toString()).toBe('{"model":"größe"}');
    const lines = request?.head.split('\r\n');
    expect(lines?.[0]).toBe('POST /v1/chat/completions HTTP/1.1');
    expect(lines).toEqual(
      expect.arrayContaining([
        'authorization: Bearer sk-1',
        'x-team: a',
        'accept: text/event-stream',
        'accept-encoding: identity',
        'content-type: application/json',
        expect.stringMatching(/^user-agent: tokenmeter\/\d+\.\d+\.\d+$/),
      ]),
    );
    expect(lines?.filter((line) => line.startsWith('accept:'))).toHaveLength(1);
  });

  test('keep selected response headers, in lower case', async () => {
    const headers = { 'X-Request-Id': 'r1', 'Retry-After': '3', 'X-RateLimit-Remaining': '0', 'Set-Cookie': 'a=b' };
    const server = await serve(() => [write(json('429 Too Many Requests', {}, headers))]);
    const { exchanges, read } = await measure(server.url, 1, closedLoop(1));
    expect(exchanges[0]?.headers).toEqual({
      'content-type': 'application/json',
      'x-request-id': 'r1',
      'retry-after': '3',
      'x-ratelimit-remaining': '0',
    });
    expect(read[0]?.retryAfterMs).toBe(3_000);
  });
});

describe('connections', () => {
  test('open before the load starts, one per stream, and are reused by every later request', async () => {
    const server = await serve(() => answer('Hi'));
    const { exchanges, note } = await measure(server.url, 40, closedLoop(8));
    expect(server.counts.accepted).toBe(8);
    const fresh = exchanges.filter(({ connection }) => connection?.reused === false);
    expect(fresh).toHaveLength(8);
    for (const { connection } of fresh) expect(connection?.connectMs).toBeGreaterThan(0);
    // No request waited for a connection.
    expect(exchanges.every(({ openingMs }) => openingMs === 0)).toBe(true);
    const reused = { reused: true, dnsMs: null, connectMs: null, tlsMs: null };
    for (const exchange of exchanges) if (!fresh.includes(exchange)) expect(exchange.connection).toEqual(reused);
    for (const { startMs, dueMs } of exchanges) {
      expect(dueMs).toBe(startMs);
      expect(startMs).toBeGreaterThanOrEqual(note.startMs);
    }
  });

  test('stay open from the warm-up to the load', async () => {
    const server = await serve(() => answer('Hi'));
    const session = await openFor(server);
    await startPhase(session, 4, closedLoop(4)).done;
    const load = startPhase(session, 20, closedLoop(4));
    await load.done;
    expect(server.counts.accepted).toBe(4);
    expect(load.exchanges.every(({ connection }) => connection?.reused === true)).toBe(true);
  });

  test('`fresh` opens one per request, tells the server, and records its phases', async () => {
    const server = await serve(() => answer('Hi'));
    const { exchanges, read } = await measure(server.url, 12, closedLoop(3), { connection: 'fresh' });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 12 });
    expect(server.counts.accepted).toBe(12);
    for (const { head } of server.requests) expect(head).toMatch(/^connection: close$/m);
    for (const { connection } of exchanges) {
      expect(connection?.reused).toBe(false);
      expect(connection?.connectMs).toBeGreaterThan(0);
    }
  });

  test('one that the server closed while idle is replaced, and nothing is sent twice', async () => {
    const server = await serve(() => [...answer('Hi'), close]);
    const { read, exchanges } = await measure(server.url, 5, { mode: 'rounds', concurrency: 1, minPeriodMs: 30 });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 5 });
    expect(server.requests).toHaveLength(5);
    expect(exchanges.every(({ connection }) => connection?.reused === false)).toBe(true);
  });

  test('one that was answered before the request was fully sent is not reused', async () => {
    const server = await serve(
      () => [],
      (socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write(json('413 Content Too Large', { error: { message: 'too long' } }));
        });
      },
    );
    const requests = prepared(2, 'x'.repeat(12 * 1_024 * 1_024));
    const { read, exchanges } = await measure(server.url, 2, closedLoop(1), { requests });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ http_4xx: 2 });
    expect(exchanges.map(({ connection, sentMs }) => ({ reused: connection?.reused, sentMs }))).toEqual([
      { reused: false, sentMs: null },
      { reused: false, sentMs: null },
    ]);
    expect(server.counts.accepted).toBe(2);
  });

  test('one that the server closes as the next request arrives fails that request, without a retry', async () => {
    const perConnection = new Map<number, number>();
    const server = await serve(({ connection }) => {
      const nth = (perConnection.get(connection) ?? 0) + 1;
      perConnection.set(connection, nth);
      return nth === 1 ? answer('Hi') : [close];
    });
    const { read } = await measure(server.url, 6, closedLoop(1));
    expect(read.map(({ outcome }) => outcome)).toEqual(['ok', 'truncated', 'ok', 'truncated', 'ok', 'truncated']);
    expect(read[1]?.error?.message).toContain('kept-open connection was closed before the response');
    expect(server.requests).toHaveLength(6);
  });
});

describe('ending', () => {
  test('abort ends every open request at once as `aborted`, and closes its socket', async () => {
    const server = await serve(hanging);
    const session = await openFor(server);
    const phase = startPhase(session, 50, closedLoop(20));
    await eventually(() => server.counts.active).toBe(20);
    const abortedMs = performance.now();
    phase.abort();
    await phase.done;
    expect(performance.now() - abortedMs).toBeLessThan(500);
    expect(countBy(phase.exchanges, ({ failure }) => failure?.kind ?? 'none')).toEqual({ aborted: 20 });
    expect(phase.progress()).toEqual({ issued: 20, inFlight: 0 });
    await eventually(() => server.counts.open).toBe(0);
  });

  test('stop lets open requests end, and starts none', async () => {
    const server = await serve(() => [wait(50), ...answer('Hi')]);
    const session = await openFor(server);
    const phase = startPhase(session, 1_000, closedLoop(4));
    await eventually(() => server.counts.active).toBe(4);
    phase.stop();
    await phase.done;
    const { issued } = phase.progress();
    expect(issued).toBeLessThan(1_000);
    expect(countBy(interpretAll(phase.exchanges), ({ outcome }) => outcome)).toEqual({ ok: issued });
    expect(server.requests).toHaveLength(issued);
  });

  test('stop and abort before the start send nothing', async () => {
    const server = await serve(() => answer('Hi'));
    const session = await openFor(server);
    for (const end of ['stop', 'abort'] as const) {
      const phase = startPhase(session, 5, closedLoop(2), { startAtMs: Date.now() + 60_000 });
      phase[end]();
      await phase.done;
      expect(phase.exchanges).toEqual([]);
    }
    expect(server.requests).toEqual([]);
  });

  test('closing a session during a phase leaves no connection and no pending call', async () => {
    const server = await serve(hanging);
    const session = await openTestSession(server.url);
    const phase = startPhase(session, 10, closedLoop(10));
    const settled = phase.done.then(
      () => 'done',
      () => 'failed',
    );
    await eventually(() => server.counts.active).toBe(10);
    await session.close();
    expect(['done', 'failed']).toContain(await settled);
    await eventually(() => server.counts.open).toBe(0);
  });

  test('a source that fails, or an `onExchange` that throws, aborts the phase and rejects with its error', async () => {
    const server = await serve(hanging);
    const session = await openFor(server, { requestTimeoutMs: 10_000 });
    const failing = async function* (): AsyncGenerator<PreparedRequest> {
      yield* prepared(2);
      throw new Error('no more prompts');
    };
    const phase = startPhase(session, 5, closedLoop(2), { requests: failing() });
    await expect(phase.done).rejects.toThrow('no more prompts');
    expect(phase.exchanges.length).toBeLessThanOrEqual(2);
    const good = await serve(() => answer('Hi'));
    const other = await openFor(good);
    const throwing = other.run(
      { load: closedLoop(1), count: 5, requests: prepared(5), startAtMs: null, lastStartAtMs: null },
      () => {
        throw new Error('cannot store');
      },
    );
    await expect(throwing.done).rejects.toThrow('cannot store');
    const next = startPhase(other, 2, closedLoop(1));
    await next.done;
    expect(next.exchanges).toHaveLength(2);
  });

  test('a thread that dies rejects the waiting calls', async () => {
    const open = (code: string) =>
      createInstrument({ egress: 'any', threadEntry: new URL(`data:text/javascript,${code}`) }).openSession(
        { protocol: 'openai-chat', url: 'http://localhost', headers: {}, connection: 'reuse' },
        { requestTimeoutMs: 100, firstTokenTimeoutMs: null, stallTimeoutMs: 100 },
      );
    await expect(open('throw new Error("no memory")')).rejects.toThrow('The measuring thread failed');
    const opened = 'import{parentPort as p}from"node:worker_threads";p.postMessage({kind:"opened",originWallMs:0});';
    const session = await open(`${opened}p.on("message",()=>process.exit(1))`);
    const phase = startPhase(session, 5, closedLoop(1));
    await expect(phase.done).rejects.toThrow('ended unexpectedly');
    expect(() => startPhase(session, 1, closedLoop(1))).toThrow('ended unexpectedly');
    await session.close();
  });

  test('a session runs one phase at a time', async () => {
    const server = await serve(hanging);
    const session = await openFor(server);
    const phase = startPhase(session, 1, closedLoop(1));
    expect(() => startPhase(session, 1, closedLoop(1))).toThrow(/one phase at a time/);
    phase.abort();
    await phase.done;
  });
});

describe('starting', () => {
  test('no request starts before the agreed instant, or after the last one', async () => {
    const server = await serve(() => [wait(5), ...answer('Hi')]);
    const session = await openFor(server);
    const startAtMs = Date.now() + 300;
    const lastStartAtMs = startAtMs + 400;
    const phase = startPhase(session, 100_000, closedLoop(3), { startAtMs, lastStartAtMs });
    const note = await phase.done;
    const startsMs = phase.exchanges.map(({ startMs }) => (startMs ?? 0) + session.originWallMs);
    expect(phase.exchanges.length).toBeGreaterThan(0);
    expect(phase.exchanges.length).toBeLessThan(100_000);
    expect(Math.min(...startsMs)).toBeGreaterThanOrEqual(startAtMs - 1);
    // A request taken at the last instant is written a turn of the loop later; on a busy machine turns are long.
    expect(Math.max(...startsMs)).toBeLessThan(lastStartAtMs + 250);
    expect(note.startLateMs).toBeGreaterThanOrEqual(0);
  });

  test('requests are pulled early within a limit, and the load waits for a slow source', async () => {
    let pulled = 0;
    let answering = false;
    const counting = async function* (): AsyncGenerator<PreparedRequest> {
      for await (const request of prepared(500)) {
        pulled++;
        yield request;
      }
    };
    const server = await serve(async function* () {
      while (!answering) yield wait(5);
      yield* answer('Hi');
    });
    const session = await openFor(server);
    const phase = startPhase(session, 500, closedLoop(4), { requests: counting() });
    await eventually(() => server.counts.active).toBe(4);
    await eventually(() => pulled).toBeGreaterThanOrEqual(8);
    expect(pulled).toBeLessThanOrEqual(4 + 2 * 4 + 8 + 1);
    answering = true;
    await phase.done;
    expect(phase.exchanges).toHaveLength(500);
  });

  test('waiting bodies are limited in bytes, and every stream still gets its own', async () => {
    const size = 4 * 1_024 * 1_024;
    let pulledBytes = 0;
    const large = async function* (): AsyncGenerator<PreparedRequest> {
      for (let index = 0; index < 16; index++) {
        pulledBytes += size;
        yield { index, body: new Uint8Array(size).fill(32) };
      }
    };
    const server = await serve(hanging);
    const session = await openFor(server);
    const waiting = startPhase(session, 16, closedLoop(4), { requests: large(), startAtMs: Date.now() + 60_000 });
    await eventually(() => pulledBytes).toBeGreaterThanOrEqual(8 * size);
    expect(pulledBytes).toBeLessThanOrEqual(9 * size);
    waiting.abort();
    await waiting.done;
    const phase = startPhase(session, 16, closedLoop(4), { requests: large() });
    await eventually(() => server.counts.active).toBe(4);
    phase.abort();
    await phase.done;
  });
});
