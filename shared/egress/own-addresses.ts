import { networkInterfaces } from 'node:os';
import { toPlainAddress } from './plain-address.ts';

/** Time in ms after which the addresses are read again. A machine may get an address while the service runs. */
const maxAgeMs = 5_000;

let last: { addresses: ReadonlySet<string>; atMs: number } | null = null;

/** Lists the addresses of the network interfaces of this machine. Reads them at most every five seconds. */
export function listOwnAddresses(): ReadonlySet<string> {
  const nowMs = performance.now();
  if (last === null || nowMs - last.atMs > maxAgeMs) last = { addresses: readAddresses(), atMs: nowMs };
  return last.addresses;
}

function readAddresses(): ReadonlySet<string> {
  const found = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return new Set(found.map(({ address }) => toPlainAddress(address)));
}
