import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Egress, EgressLevel } from '../config.ts';
import { isInRanges } from '../private-ranges.ts';
import { listOwnAddresses } from './own-addresses.ts';
import { findCarriedV4, parseV6, toPlainAddress } from './plain-address.ts';

export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'metadata'
  | 'unspecified'
  | 'multicast'
  | 'reserved'
  | 'invalid';

/** Addresses of cloud metadata services, which return credentials. Several are outside the link-local range. */
const metadataAddresses = new Set([
  '169.254.169.254',
  '169.254.169.253',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.0.23',
  '169.254.42.42',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::253',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fd00:42::42',
]);

const rangeClasses: Record<string, AddressClass> = {
  unicast: 'public',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  carrierGradeNat: 'private',
  linkLocal: 'link-local',
  unspecified: 'unspecified',
  multicast: 'multicast',
  broadcast: 'multicast',
};

/**
 * Returns the class of an IPv4 or IPv6 address (with or without a zone), or `invalid` for other text. An IPv6 address
 * that contains an IPv4 address (mapped, translated, compatible, NAT64, 6to4) has the class of the IPv4 address. If the
 * IPv4 address is public, only the mapped and NAT64 forms are `public`; the other forms are `reserved`.
 */
export function classifyAddress(address: string): AddressClass {
  const family = isIP(address);
  if (family === 0) return 'invalid';
  if (family === 4) return classifyV4(ipaddr.IPv4.parse(address));
  return classifyV6(parseV6(address));
}

/**
 * Returns whether a deployment with this `EGRESS` setting may connect to the address. No setting allows metadata
 * services, unspecified addresses, or multicast addresses: attackers use them, and no LLM API has such an address.
 * @param privateRanges private ranges that are allowed at any level
 */
export function isAllowedAddress(address: string, level: EgressLevel, privateRanges: readonly string[] = []): boolean {
  const kind = classifyAddress(address);
  if (kind === 'public') return true;
  if (kind === 'private' && isInRanges(toPlainAddress(address), privateRanges)) return true;
  if (kind === 'loopback') return level !== 'public';
  return level === 'any' && (kind === 'private' || kind === 'link-local' || kind === 'reserved');
}

/**
 * Returns whether the egress rules allow the address and, for an address of this machine, also the port. An address of a
 * network interface reaches the same servers as a loopback address, so it has the same rules.
 * @param ownAddresses plain addresses of the network interfaces of this machine
 */
export function isAllowedEndpoint(
  address: string,
  port: number,
  egress: Egress,
  ownAddresses: ReadonlySet<string> = listOwnAddresses(),
): boolean {
  if (!isAllowedAddress(address, egress.level, egress.privateRanges)) return false;
  if (!isOfThisMachine(address, ownAddresses)) return true;
  if (egress.level === 'public' || egress.ownPorts.includes(port)) return false;
  return egress.loopbackPorts?.includes(port) ?? true;
}

function isOfThisMachine(address: string, ownAddresses: ReadonlySet<string>): boolean {
  return classifyAddress(address) === 'loopback' || ownAddresses.has(toPlainAddress(address));
}

function classifyV4(address: ipaddr.IPv4): AddressClass {
  if (metadataAddresses.has(address.toString())) return 'metadata';
  return rangeClasses[address.range()] ?? 'reserved';
}

function classifyV6(address: ipaddr.IPv6): AddressClass {
  if (metadataAddresses.has(address.toRFC5952String()) || carriesMetadata(address)) return 'metadata';
  const range = address.range();
  if (range === 'ipv4Mapped') return classifyV4(address.toIPv4Address());
  const carried = findCarriedV4(address, range);
  if (carried !== null) {
    const kind = classifyV4(carried.address);
    return kind === 'public' && !carried.routed ? 'reserved' : kind;
  }
  const kind = rangeClasses[range] ?? 'reserved';
  // Only 2000::/3 is assigned to global unicast. The library also classifies other ranges as unicast.
  return kind === 'public' && ((address.parts[0] ?? 0) & 0xe000) !== 0x2000 ? 'reserved' : kind;
}

/** Positions of the IPv4 address in an IPv6 address, for each NAT64 prefix length (RFC 6052, section 2.2). */
const nat64Octets = [
  [4, 5, 6, 7],
  [5, 6, 7, 9],
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
];

/** Returns whether a NAT64 gateway with any prefix, even an operator's own, could route to a metadata service. */
function carriesMetadata(address: ipaddr.IPv6): boolean {
  const octets = address.toByteArray();
  return nat64Octets.some((places) => metadataAddresses.has(places.map((place) => octets[place]).join('.')));
}
