import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Config } from '../config.ts';
import { isAllowedAddress } from './classify-address.ts';
import { connectErrorOf } from './connect-error.ts';

/** Resolves a name to all of its addresses, as `dns.lookup` with `all` does. */
export type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

/**
 * A look-up for `net.connect` that hands on only addresses the egress allows: what is checked is what is connected to, so
 * a name cannot pass the check and then resolve to something else. Fails with code ADDRESS_NOT_ALLOWED if none is left.
 */
export function createGuardedLookup(egress: Config['egress'], resolve: Resolve = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address, egress));
      const [first] = allowed;
      if (first === undefined) return callback(connectErrorOf('dns', 'ADDRESS_NOT_ALLOWED'), '', 0);
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
