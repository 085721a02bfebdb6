import { afterEach, describe, expect, test } from 'vitest';
import { ownServers } from '../../../shared/egress/own-servers.ts';
import { createInstrument } from '../../../shared/measure/create-instrument.ts';
import type { PreparedRequest } from '../../../shared/measure/instrument.ts';
import { countBy, interpretAll, openTestSession, prepared, startPhase } from '../../support/factories/run-phase.ts';
import { answer, wait } from '../../support/servers/scripted-responses.ts';
import { closedLoop, closeSessions, eventually, hanging, openFor, serve } from './serve-session.ts';

afterEach(closeSessions);

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
      createInstrument({
        egress: { ...ownServers, level: 'any' },
        threadEntry: new URL(`data:text/javascript,${code}`),
      }).openSession(
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
