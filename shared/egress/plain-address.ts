import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Returns one form of an address: without a zone, and as IPv4 if it contains an IPv4 address. */
export function toPlainAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const parsed = parseV6(address);
  const range = parsed.range();
  if (range === 'ipv4Mapped') return parsed.toIPv4Address().toString();
  return (findCarriedV4(parsed, range)?.address ?? parsed).toString();
}

export function parseV6(address: string): ipaddr.IPv6 {
  // `URL` normalizes the address first, because the library wrongly reads `::8.8.8.8` as a mapped address.
  const bare = address.replace(/%.*$/, '');
  return ipaddr.IPv6.parse(new URL(`http://[${bare}]`).hostname.slice(1, -1));
}

/** Returns the IPv4 address in an IPv6 address, or null if it has none. `routed`: whether the IPv6 form is routable. */
export function findCarriedV4(address: ipaddr.IPv6, range: string): { address: ipaddr.IPv4; routed: boolean } | null {
  const octets = address.toByteArray();
  const at = (offset: number, routed: boolean) => ({
    address: new ipaddr.IPv4(octets.slice(offset, offset + 4)),
    routed,
  });
  if (range === '6to4') return at(2, false);
  if (range === 'rfc6145') return at(12, false);
  // 64:ff9b::/96 is the well-known NAT64 prefix. 64:ff9b:1::/48 is for local use and remains `reserved`.
  if (range === 'rfc6052') return address.parts[2] === 0 ? at(12, true) : null;
  const isCompatible = range === 'unicast' && octets.slice(0, 12).every((octet) => octet === 0);
  return isCompatible ? at(12, false) : null;
}
