import { isIP } from 'node:net';
import type { ProxySettings } from '../config.ts';
import { classifyAddress } from './classify-address.ts';

/** A proxy that connections go through. */
export type ProxyRoute = {
  kind: 'http' | 'socks5' | 'unsupported';
  hostname: string;
  port: number;
  /** User name and password as `user:password`; null if the proxy needs none. */
  login: string | null;
  /** Whether the operator of the deployment chose the proxy, which may then have a private address. */
  isOperators: boolean;
};

const kinds: Readonly<Record<string, { kind: ProxyRoute['kind']; port: number }>> = {
  'http:': { kind: 'http', port: 80 },
  'socks5:': { kind: 'socks5', port: 1_080 },
  'socks5h:': { kind: 'socks5', port: 1_080 },
};

type ProxyTarget = { url: URL; proxy: string | null; login: string | null };

/**
 * Chooses the proxy of a target: its own, else the operator's. As in other tools, the operator's proxy is not used for
 * this machine or for the hosts in `NO_PROXY`.
 * @returns the proxy; null for a direct connection
 */
export function chooseProxy({ url, proxy, login }: ProxyTarget, settings: ProxySettings): ProxyRoute | null {
  if (proxy !== null) return readRoute(proxy, login, false);
  const own = url.protocol === 'https:' ? settings.https : settings.http;
  if (own === null || isExempt(url, settings.except)) return null;
  return readRoute(own.includes('://') ? own : `http://${own}`, null, true);
}

function readRoute(text: string, login: string | null, isOperators: boolean): ProxyRoute {
  const unsupported = { kind: 'unsupported', hostname: '', port: 0, login: null, isOperators } as const;
  // The host of an unknown scheme is not normalized, so it is read as that of http.
  const plain = text.replace(/^[a-z0-9]+:/i, 'http:');
  const found = URL.canParse(text) ? kinds[new URL(text).protocol] : undefined;
  if (found === undefined || !URL.canParse(plain)) return unsupported;
  const { hostname, port, username, password } = new URL(plain);
  const own = username === '' ? null : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    kind: found.kind,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (/:80(?:\/|$)/.test(text) ? 80 : found.port) : Number(port),
    login: login ?? own,
    isOperators,
  };
}

function isExempt({ hostname, port, protocol }: URL, except: readonly string[]): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (isIP(host) !== 0 && classifyAddress(host) === 'loopback') return true;
  const realPort = port || (protocol === 'https:' ? '443' : '80');
  return except.some((entry) => {
    const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entryPort !== undefined && entryPort !== realPort) return false;
    const suffix = name.replace(/^\*?\.?/, '');
    return name === '*' || host === suffix || (suffix !== '' && host.endsWith(`.${suffix}`));
  });
}

/** Describes a proxy in a note. Does not show the address of the operator's proxy. */
export function describeForNote(route: ProxyRoute): string {
  return route.isOperators ? 'the proxy of this deployment' : describeProxy(route);
}

/** Formats a route without its login. */
function describeProxy({ kind, hostname, port }: ProxyRoute): string {
  return `${kind}://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}
