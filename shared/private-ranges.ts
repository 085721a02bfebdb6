import { BlockList, isIP } from 'node:net';

/** Private address ranges. Only ranges within one of them can be allowed, so no list allows loopback or link-local. */
const privateBlocks = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
] as const;

/** Returns whether a text is a range within a private address range, such as 10.20.0.0/16. */
export function isPrivateRange(text: string): boolean {
  const [, address = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text) ?? [];
  const prefix = Number(bits);
  if (prefix > (isIP(address) === 6 ? 128 : 32)) return false;
  return privateBlocks.some(([base, least]) => prefix >= least && isInRange(address, base, least));
}

/** Returns whether one of the ranges contains the address, which is IPv4 or IPv6 without a zone. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  return ranges.some((range) => {
    const [base = '', bits] = range.split('/');
    return isInRange(address, base, Number(bits));
  });
}

function isInRange(address: string, base: string, prefix: number): boolean {
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) !== isIP(base)) return false;
  const block = new BlockList();
  block.addSubnet(base, prefix, family);
  return block.check(address, family);
}
