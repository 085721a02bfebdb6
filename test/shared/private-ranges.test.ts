import { describe, expect, test } from 'vitest';
import { isInRanges, isPrivateRange } from '../../shared/private-ranges.ts';

describe('a list of private ranges', () => {
  test.each(['10.0.0.0/8', '10.20.0.0/16', '172.31.255.0/24', '192.168.1.7/32', '100.64.0.0/10', 'fd12:3456::/32'])(
    'accepts only ranges within private address space: %s',
    (range) => expect(isPrivateRange(range)).toBe(true),
  );

  test.each([
    ...['0.0.0.0/0', '10.0.0.0/7', '172.16.0.0/11', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '8.8.8.0/24'],
    ...['::/0', '::1/128', 'fe80::/10', 'fc00::/6', '2001:db8::/32', '::ffff:10.0.0.0/104'],
    ...['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0/8', 'fd12::/129', 'example.com/8', '', '10.0.0.0/8 '],
  ])('refuses %j', (range) => expect(isPrivateRange(range)).toBe(false));
});

test('an address is in a range of its own family', () => {
  const ranges = ['10.20.0.0/16', 'fd12:3456::/32'];
  for (const address of ['10.20.0.0', '10.20.255.255', 'fd12:3456::1']) expect(isInRanges(address, ranges)).toBe(true);
  for (const address of ['10.21.0.0', '10.19.255.255', 'fd12:3457::1', 'text', ''])
    expect(isInRanges(address, ranges), address).toBe(false);
});
