import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import type { Fault } from '../domain/app-error.ts';
import { isAllowedAddress } from '../egress/classify-address.ts';

/**
 * Early refusal of an address that a connection would be refused to anyway: IP literals (in any spelling the URL parser
 * knows) and localhost. Other names are looked up, and checked, at the moment of connecting.
 */
export function checkAddress(egress: Config['egress'], url: string, pointer: string): Fault[] {
  if (!URL.canParse(url)) return [];
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const address = isIP(host) !== 0 ? host : /(^|\.)localhost$/i.test(host) ? '127.0.0.1' : null;
  if (address === null || isAllowedAddress(address, egress)) return [];
  return [
    {
      pointer,
      fault: 'is an address that this deployment does not contact',
      remedy: 'Give a public host, such as https://api.example.com/v1; a deployment may allow more by EGRESS',
    },
  ];
}
