import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ownServers } from '../../../shared/egress/own-servers.ts';
import type { InstrumentSession } from '../../../shared/measure/instrument.ts';
import { outcomeCases } from '../../support/factories/outcome-cases.ts';
import { countBy, interpretAll, measure, openTestSession, startPhase } from '../../support/factories/run-phase.ts';
import { answer, write } from '../../support/servers/scripted-responses.ts';
import { type ScriptedServer, type Step, startScriptedServer } from '../../support/servers/scripted-server.ts';

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
/** Cases with the same session settings share a session; the server plays the script of the current case. */
const sessions = Map.groupBy(outcomeCases, ([, , set]) => JSON.stringify(set));

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
    // Sends two requests: the second has the same outcome on any connection that the first left.
    const phase = startPhase(session, 2, one);
    await phase.done;
    const read = interpretAll(phase.exchanges);
    expect(countBy(read, (each) => each.outcome)).toEqual({ [outcome]: 2 });
    expect(read[0]?.error?.code ?? null).toBe(code);
    // A request that met a closed connection was sent again.
    const again = phase.exchanges.filter(({ firstStartMs }) => firstStartMs !== null).length;
    expect(server.requests).toHaveLength(2 + again);
    for (const exchange of phase.exchanges) {
      expect(exchange.startMs).toBeGreaterThanOrEqual(0);
      expect(exchange.endMs).toBeGreaterThanOrEqual(exchange.startMs ?? Number.POSITIVE_INFINITY);
    }
  });
});

describe('cases with their own endpoint', () => {
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
    expect(read[0]?.error?.message).toContain('does not speak TLS');
  });

  test('public egress: a loopback endpoint is never connected to', async () => {
    const server = await serve(() => answer('Hi'));
    const { read } = await measure(server.url, 3, one, { egress: { ...ownServers, level: 'public' } });
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
