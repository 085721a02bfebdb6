import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ownServers } from '../../../shared/egress/own-servers.ts';
import { createInstrument } from '../../../shared/measure/create-instrument.ts';
import { measureMonotonicOffsetMs } from '../../../shared/measure/thread/thread-clock.ts';
import { openTestSession, prepared, startPhase } from '../../support/factories/run-phase.ts';
import { answer } from '../../support/servers/scripted-responses.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';

/* The reference stream of a real session: its own thread, its own loopback connection, the client that measures. */

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer(() => answer('Hi'));
});
afterAll(() => server.close());

/** Two requests, the second `lastMs` after the first: as long as the phase lasts. */
const lasting = (lastMs: number) => ({ mode: 'rate', maxConcurrency: 2, dueMs: Float64Array.of(0, lastMs) }) as const;

describe('the reference stream of a phase', () => {
  test('measures how late arrivals were recorded, never below zero, and continues in the next phase', async () => {
    const session = await openTestSession(server.url, { hasReference: true });
    try {
      for (const _ of [1, 2]) {
        const { calibration, cpuUse, gcMaxMs, machineCpuUse } = await startPhase(session, 2, lasting(700)).done;
        expect(calibration?.stampErrorsMs.length).toBeGreaterThan(2);
        // One clock for both threads: an arrival before its sending would be a wrong conversion.
        expect(Math.min(...(calibration?.stampErrorsMs ?? []), ...(calibration?.startErrorsMs ?? []))).toBeGreaterThan(
          -0.01,
        );
        expect(Math.max(...(calibration?.stampErrorsMs ?? []))).toBeLessThan(2_000);
        expect(cpuUse).toBeGreaterThan(0);
        expect(gcMaxMs).toBeGreaterThanOrEqual(0);
        if (process.platform === 'linux') expect(machineCpuUse).toBeGreaterThan(0);
      }
    } finally {
      await session.close();
    }
  });

  test('is not a request: neither the target nor the count includes it', async () => {
    server.requests.length = 0;
    const session = await openTestSession(server.url, { hasReference: true });
    const phase = startPhase(session, 2, lasting(300));
    await phase.done;
    await session.close();
    expect(phase.progress()).toEqual({ issued: 2, inFlight: 0 });
    expect(phase.exchanges).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
  });

  test('works under any egress, even if loopback targets are forbidden', async () => {
    const session = await openTestSession(server.url, {
      hasReference: true,
      egress: { ...ownServers, level: 'public' },
    });
    const phase = startPhase(session, 2, lasting(500));
    const { calibration } = await phase.done;
    await session.close();
    expect(phase.exchanges.map(({ failure }) => failure?.kind)).toEqual(['connect', 'connect']);
    expect(calibration?.stampErrorsMs.length).toBeGreaterThan(0);
  });

  test.each([
    ['it is turned off', null],
    ['its thread does not start', new URL('data:text/javascript,throw new Error("no memory")')],
    [
      'there is no loopback interface',
      new URL('data:text/javascript,import{parentPort as p}from"node:worker_threads";p.postMessage({port:null})'),
    ],
  ])('reports no measurement error if %s', async (_, referenceEntry) => {
    const instrument = createInstrument({ egress: ownServers, referenceEntry });
    const endpoint = { protocol: 'openai-chat', url: server.url, headers: {}, connection: 'reuse' } as const;
    const timeouts = { requestTimeoutMs: 5_000, firstTokenTimeoutMs: null, stallTimeoutMs: 5_000 };
    const session = await instrument.openSession(endpoint, timeouts);
    const order = { count: 2, requests: prepared(2), startAtMs: null, lastStartAtMs: null };
    const note = await session.run({ ...order, load: lasting(100) }, () => {}).done;
    await session.close();
    expect(note.calibration).toBeNull();
  });

  test('an aborted phase ends together with its reference', async () => {
    const session = await openTestSession(server.url, { hasReference: true });
    const phase = startPhase(session, 2, lasting(60_000));
    await expect.poll(() => phase.exchanges.length, { timeout: 15_000, interval: 5 }).toBe(1);
    phase.abort();
    await phase.done;
    await session.close();
  });
});

test('the offset of a thread to the machine’s monotonic clock is that of the fastest pair of readings', () => {
  // Simulated clocks, so that a busy machine cannot delay a reading: most readings are 1 ms apart, one pair 2 µs.
  let monotonicNs = 5_000_000_000n;
  let readings = 0;
  vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => {
    readings += 1;
    monotonicNs += readings === 20 ? 2_000n : 1_000_000n;
    return monotonicNs;
  });
  vi.spyOn(performance, 'now').mockImplementation(() => Number(monotonicNs) / 1e6 - 3_000);
  const offsetMs = measureMonotonicOffsetMs();
  vi.restoreAllMocks();
  expect(offsetMs).toBeCloseTo(3_000.001, 6);
});
