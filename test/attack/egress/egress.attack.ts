import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSafeHttp } from '../../../functions/notifier/safe-http.ts';
import { createClock } from '../../../shared/adapters/system-clock.ts';
import { type Egress, type EgressLevel, egressLevels } from '../../../shared/config.ts';
import { openSocket, type Resolve } from '../../../shared/egress/open-socket.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';
import { type Answer, type ApiBench, leastSpec, openApiBench } from '../../support/service/api-bench.ts';
import { isShort } from '../attack-form.ts';
import { recordCases } from '../record-cases.ts';
import { type AddressCase, addressCases as allCases, allowedLevels } from './address-forms.ts';

const addressCases = allCases.filter((_, index) => !isShort || index % 3 === 0);

/** Counts the connections that an attack makes to this machine although it should make none. */
let trap: ScriptedServer;
const benches = new Map<EgressLevel, ApiBench>();
/** Nothing that an attack creates runs, so a request must not wait for a result. */
const limits = { MAX_ACTIVE_RUNS_PER_TENANT: '10000', MAX_TARGET_CHECKS_PER_MINUTE: '10000', MAX_WAIT_SECONDS: '0' };

beforeAll(async () => {
  trap = await startScriptedServer(() => []);
  for (const level of egressLevels)
    benches.set(level, await openApiBench({ EGRESS: level, ...limits }, {}, 'embedded'));
});
afterAll(async () => {
  await trap.close();
  await Promise.all([...benches.values()].map((bench) => bench.close()));
});

/** Operations that store a URL which the service connects to later. */
const doors: Record<string, (bench: ApiBench, url: string) => Promise<Answer>> = {
  'the target of a run': (bench, url) => bench.ask('POST', '/v1/runs', { body: specWith(url) }),
  'the target of an estimate': (bench, url) => bench.ask('POST', '/v1/estimates', { body: specWith(url) }),
  'the target of a schedule': (bench, url) =>
    bench.ask('POST', '/v1/schedules', { body: { intervalMs: 3_600_000, spec: specWith(url) } }),
  'the webhook of a run': (bench, url) => bench.ask('POST', '/v1/runs', { body: leastSpec({ webhooks: [{ url }] }) }),
  'a webhook endpoint': (bench, url) => bench.ask('POST', '/v1/webhook-endpoints', { body: { url } }),
  'the target of a check': (bench, baseUrl) =>
    bench.ask('POST', '/v1/target-checks', { body: { targets: [{ baseUrl, model: 'm' }] } }),
};
const specWith = (baseUrl: string) => leastSpec({ targets: [{ baseUrl, model: 'm' }] });

function getBench(level: EgressLevel): ApiBench {
  const bench = benches.get(level);
  if (bench === undefined) throw new Error(`No API for level ${level}.`);
  return bench;
}

/** Deletes what an allowed request created, so that limits on stored resources do not end the attack. */
async function discard(bench: ApiBench, { headers }: Answer): Promise<void> {
  const location = headers.get('location');
  if (location !== null && !location.includes('/runs/')) await bench.ask('DELETE', location);
}

const isAllowed = ({ kind }: AddressCase, level: EgressLevel) => allowedLevels[kind].includes(level);
const makeEgress = (level: EgressLevel): Egress => ({ level, loopbackPorts: null, ownPorts: [] });

/**
 * Opens a socket as the instrument does. Every name resolves to the same addresses.
 * @returns the code of the failure, or `open`
 */
function open(hostname: string, port: number, egress: Egress, addresses = ['127.0.0.1']): Promise<string> {
  return new Promise((settle) => {
    openSocket(
      { hostname, port, secure: false },
      { egress, timeoutMs: 5_000, resolve: resolveTo(addresses) },
      ({ socket, error }) => {
        socket?.destroy();
        settle(error?.code ?? 'open');
      },
    );
  });
}

const resolveTo =
  (addresses: readonly string[]): Resolve =>
  (_name, _options, callback) =>
    setImmediate(
      callback,
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );

/** Returns the host as URL parsers normalize it, without brackets. */
const normalizeHost = (host: string) => new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');

/** Ports of programs that often run on a developer's machine. */
const commonPorts = [22, 25, 80, 443, 2_375, 3_306, 5_432, 6_379, 8_001, 9_200, 11_211, 27_017];
/** Hosts for tests that use the resolver of this machine, which need not resolve other names. */
const isResolved = ({ host }: Pick<AddressCase, 'host'>) => isIP(normalizeHost(host)) !== 0 || host === 'localhost';
const loopbackHosts = addressCases.filter(({ kind }) => kind === 'loopback').map(({ host }) => host);
const openings = Object.entries(doors);

describe('Egress', () => {
  test.for(egressLevels.flatMap((level) => openings.map(([door, send]) => ({ level, door, send }))))(
    'EGRESS=$level: $door accepts exactly the allowed addresses',
    async ({ level, send }, context) => {
      const bench = getBench(level);
      const wrong: string[] = [];
      for (const each of addressCases) {
        const answer = await send(bench, `http://${each.host}:8000/v1`);
        await discard(bench, answer);
        const isAccepted = answer.status < 300;
        const isRefused = answer.status === 400 || answer.status === 422;
        if (isAllowed(each, level) ? !isAccepted : !isRefused) wrong.push(`${each.host}: ${answer.status}`);
      }
      recordCases(context, addressCases.length);
      expect(wrong).toEqual([]);
    },
  );

  test.for(egressLevels)('EGRESS=%s: a socket never opens to a refused address', async (level, context) => {
    const refused = addressCases.filter((each) => !isAllowed(each, level));
    const egress = makeEgress(level);
    const wrong: string[] = [];
    for (const { host } of refused) {
      const hostname = normalizeHost(host);
      const codes = [await open(hostname, trap.port, egress)];
      if (isIP(hostname) !== 0) {
        codes.push(await open('rebound.test', trap.port, egress, [hostname]));
        codes.push(await open('rebound.test', trap.port, egress, [hostname, hostname]));
      }
      if (codes.some((code) => code !== 'ADDRESS_NOT_ALLOWED')) wrong.push(`${host}: ${codes}`);
    }
    recordCases(context, refused.length * 3, 'as a literal, as a DNS answer, and in a list of answers');
    expect(wrong).toEqual([]);
    expect(trap.counts.accepted).toBe(0);
  });

  test.for(egressLevels)('EGRESS=%s: a webhook is never sent to a refused address', async (level, context) => {
    const refused = addressCases.filter((each) => isResolved(each) && !isAllowed(each, level));
    const http = createSafeHttp(makeEgress(level), createClock(), { threads: 4 });
    for (const { host } of refused)
      await expect(http.post(`http://${host}:${trap.port}/`, {}, 'x', 5_000, 'a'), host).rejects.toThrow(/not allowed/);
    recordCases(context, refused.length);
    expect(trap.counts.accepted).toBe(0);
  });

  test.for(egressLevels)('EGRESS=%s: a port of the service itself is never reached', async (level, context) => {
    const egress = { ...makeEgress(level), ownPorts: [trap.port] };
    const http = createSafeHttp(egress, createClock(), { threads: 4 });
    for (const host of loopbackHosts) {
      expect(await open(normalizeHost(host), trap.port, egress), host).toBe('ADDRESS_NOT_ALLOWED');
      if (isResolved({ host }))
        await expect(http.post(`http://${host}:${trap.port}/`, {}, 'x', 5_000, 'a')).rejects.toThrow(/not allowed/);
    }
    expect(await open('rebound.test', trap.port, egress, ['127.0.0.1', '::1'])).toBe('ADDRESS_NOT_ALLOWED');
    recordCases(context, loopbackHosts.length * 2 + 1);
    expect(trap.counts.accepted).toBe(0);
  });

  test.for(egressLevels)(
    'EGRESS=%s: the addresses of network interfaces do not reach own ports',
    async (level, context) => {
      const own = Object.values(networkInterfaces()).flatMap((addresses = []) =>
        addresses.map(({ address }) => address),
      );
      const egress: Egress = { level, loopbackPorts: [8_788], ownPorts: [8_788, trap.port] };
      for (const address of own)
        for (const port of [8_788, trap.port, ...commonPorts]) {
          expect(await open(address.replace(/%.*$/, ''), port, egress), address).toBe('ADDRESS_NOT_ALLOWED');
          expect(await open('rebound.test', port, egress, [address]), address).toBe('ADDRESS_NOT_ALLOWED');
        }
      recordCases(context, own.length * 2 * (commonPorts.length + 2));
      expect(trap.counts.accepted).toBe(0);
    },
  );

  test('a run cannot scan the ports of this machine', async (context) => {
    const egress: Egress = { level: 'loopback', loopbackPorts: [8_788], ownPorts: [] };
    for (const host of loopbackHosts)
      for (const port of [...commonPorts, trap.port])
        expect(await open(normalizeHost(host), port, egress), `${host}:${port}`).toBe('ADDRESS_NOT_ALLOWED');
    recordCases(context, loopbackHosts.length * (commonPorts.length + 1), 'open and closed ports look alike');
    expect(trap.counts.accepted).toBe(0);
  });

  test('an allowed address is reached, so the refusals above are not another failure', async () => {
    expect(await open('rebound.test', trap.port, makeEgress('loopback'), ['10.0.0.1', '127.0.0.1'])).toBe('open');
    expect(trap.counts.accepted).toBe(1);
  });
});
