import { describe, expect, test } from 'vitest';
import type { Egress } from '../../../shared/config.ts';
import { isAllowedEndpoint } from '../../../shared/egress/classify-address.ts';

const egress: Egress = {
  level: 'public',
  loopbackPorts: null,
  ownPorts: [],
  privateRanges: ['10.20.0.0/16', '100.64.0.0/10', 'fd12:3456::/32'],
};

describe('a level with private ranges', () => {
  test('allows the listed ranges and no other private address', () => {
    const isAllowed = (address: string) => isAllowedEndpoint(address, 443, egress, new Set());
    for (const address of ['10.20.0.1', '::ffff:10.20.0.1', 'fd12:3456::9', '100.64.3.4', '93.184.216.34'])
      expect(isAllowed(address), address).toBe(true);
    for (const address of ['10.21.0.1', '::ffff:10.21.0.1', '192.168.0.1', 'fd12:3457::9', '127.0.0.1', 'fe80::1'])
      expect(isAllowed(address), address).toBe(false);
  });

  test('allows no metadata service within a range', () => {
    for (const address of ['100.100.100.200', 'fd00:ec2::254'])
      expect(isAllowedEndpoint(address, 80, { ...egress, privateRanges: ['100.64.0.0/10', 'fc00::/7'] })).toBe(false);
  });

  test('does not allow the addresses of this machine within a range', () => {
    expect(isAllowedEndpoint('10.20.0.5', 22, egress, new Set(['10.20.0.5']))).toBe(false);
  });
});
