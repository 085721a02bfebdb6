import { isIP } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Egress, type EgressLevel, egressLevels } from '../../../shared/config.ts';
import { openProxiedSocket } from '../../../shared/egress/open-proxied-socket.ts';
import { type OpenSocketOptions, openSocket } from '../../../shared/egress/open-socket.ts';
import type { ProxyRoute } from '../../../shared/egress/proxy-route.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';
import { isShort } from '../attack-form.ts';
import { recordCases } from '../record-cases.ts';
import { addressCases, allowedLevels } from './address-forms.ts';

/** A server that stands for a proxy, or for a server behind one. No attack may connect to it. */
let trap: ScriptedServer;
beforeAll(async () => {
  trap = await startScriptedServer(() => []);
});
afterAll(() => trap.close());

const normalizeHost = (host: string) => new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
const makeEgress = (level: EgressLevel): Egress => ({ level, loopbackPorts: null, ownPorts: [] });
/** Addresses that a level refuses, as IP addresses. */
const listRefused = (level: EgressLevel) =>
  addressCases
    .filter(({ kind }, index) => !allowedLevels[kind].includes(level) && (!isShort || index % 3 === 0))
    .map(({ host }) => normalizeHost(host))
    .filter((host) => isIP(host) !== 0);

type Attempt = { hostname: string; secure: boolean; proxy: ProxyRoute | null; options: OpenSocketOptions };

function open({ hostname, secure, proxy, options }: Attempt): Promise<string> {
  const target = { hostname, port: trap.port, secure };
  return new Promise((settle) => {
    const end = (result: { socket: { destroy(): void } | null; error: { code: string } | null }) => {
      result.socket?.destroy();
      settle(result.error?.code ?? 'open');
    };
    if (proxy === null) openSocket(target, options, end);
    else openProxiedSocket(target, options, proxy, end);
  });
}

/** Every name resolves to the address. */
const optionsFor = (egress: Egress, address: string): OpenSocketOptions => ({
  egress,
  timeoutMs: 5_000,
  resolve: (_name, _options, callback) => setImmediate(callback, null, [{ address, family: isIP(address) }]),
});

const routes = (hostname: string): ProxyRoute[] =>
  (['http', 'socks5'] as const).map((kind) => ({
    ...{ kind, hostname, port: trap.port },
    ...{ login: null, isOperators: false },
  }));

describe('Egress of connections', () => {
  test.for(egressLevels)(
    'EGRESS=%s: a proxy never carries a connection to a refused address',
    async (level, context) => {
      const egress = makeEgress(level);
      // With the level `public`, this machine may be no proxy. Then the operator's proxy is at this machine.
      const proxies = routes('127.0.0.1').map((route) => ({ ...route, isOperators: level === 'public' }));
      const wrong: string[] = [];
      const refused = listRefused(level);
      for (const address of refused)
        for (const proxy of proxies)
          for (const [hostname, secure] of [
            [address, false],
            [address, true],
            ['rebound.test', false],
            ['rebound.test', true],
          ] as const) {
            const code = await open({ hostname, secure, proxy, options: optionsFor(egress, address) });
            if (code !== 'ADDRESS_NOT_ALLOWED') wrong.push(`${proxy.kind} ${hostname} ${address}: ${code}`);
          }
      recordCases(context, refused.length * proxies.length * 4, 'by address and by name, with and without TLS');
      expect(wrong).toEqual([]);
      expect(trap.counts.accepted).toBe(0);
    },
  );

  test.for(egressLevels)('EGRESS=%s: a spec cannot name a proxy at a refused address', async (level, context) => {
    const refused = listRefused(level);
    for (const address of refused) {
      const options = optionsFor(makeEgress(level), '8.8.8.8');
      for (const proxy of routes(address))
        expect(await open({ hostname: 'model.test', secure: true, proxy, options }), address).toBe(
          'ADDRESS_NOT_ALLOWED',
        );
      for (const proxy of routes('proxy.test'))
        expect(
          await open({ hostname: '8.8.8.8', secure: true, proxy, options: optionsFor(makeEgress(level), address) }),
          address,
        ).toBe('ADDRESS_NOT_ALLOWED');
    }
    recordCases(context, refused.length * 4, 'by address and by name');
    expect(trap.counts.accepted).toBe(0);
  });

  test.for(egressLevels)('EGRESS=%s: HTTP/2 reaches no refused address', async (level, context) => {
    const refused = listRefused(level);
    for (const address of refused)
      for (const [hostname, secure] of [
        [address, true],
        ['rebound.test', true],
        ['rebound.test', false],
      ] as const) {
        const options = { ...optionsFor(makeEgress(level), address), protocols: ['h2'] };
        expect(await open({ hostname, secure, proxy: null, options }), address).toBe('ADDRESS_NOT_ALLOWED');
      }
    recordCases(context, refused.length * 3);
    expect(trap.counts.accepted).toBe(0);
  });
});
