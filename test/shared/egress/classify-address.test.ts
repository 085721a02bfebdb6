import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { egressLevels } from '../../../shared/config.ts';
import { classifyAddress, isAllowedAddress, isAllowedEndpoint } from '../../../shared/egress/classify-address.ts';

const cases = {
  public: ['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808', '100.128.0.1'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fc00::1', 'fd12::1', 'fec0::1'],
  'link-local': ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', '::ffff:169.254.7.7'],
  metadata: [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:0ec2:0:0:0:0:0:254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '169.254.42.42',
    'fd00:42::42',
    // NAT64 prefixes of /32, /40, /48, /56, /64 and /96, and an OpenStack service.
    '2001:db8:a9fe:a9fe::',
    '2001:db8:1a9:fea9:fe::',
    '64:ff9b:1:a9fe:a9:fe00::',
    '2001:db8:122:3a9:fe:a9fe::',
    '2001:db8:122:344:a9:fea9:fe00::',
    '2001:db8:122:344::a9fe:a9fe',
    'fe80::a9fe:a9fe',
  ],
  unspecified: ['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0'],
  multicast: ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  reserved: [
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '240.0.0.1',
    '2001:db8::1',
    '2001::1',
    '2002:808:808::1',
    '64:ff9b:1::a00:1',
    '::8.8.8.8',
    '::ffff:0:8.8.8.8',
    '4000::1',
    '100::1',
  ],
  invalid: ['', 'localhost', '127.1', '0x7f000001', '2130706433', '1.2.3.4.5', '[::1]', '10.0.0.1/8'],
} as const;

describe('classifyAddress', () => {
  test.each(Object.entries(cases).flatMap(([kind, list]) => list.map((address) => [address, kind])))(
    '%s is %s',
    (address, kind) => {
      expect(classifyAddress(address)).toBe(kind);
    },
  );
});

describe('isAllowedAddress', () => {
  test('public egress reaches only public addresses', () => {
    const { public: allowed, ...refused } = cases;
    for (const address of allowed) expect(isAllowedAddress(address, 'public'), address).toBe(true);
    for (const address of Object.values(refused).flat())
      expect(isAllowedAddress(address, 'public'), address).toBe(false);
  });

  test('loopback egress adds loopback and nothing else', () => {
    for (const address of cases.loopback) expect(isAllowedAddress(address, 'loopback'), address).toBe(true);
    for (const address of [...cases.private, ...cases['link-local'], ...cases.metadata, ...cases.unspecified])
      expect(isAllowedAddress(address, 'loopback'), address).toBe(false);
  });

  test('any egress still refuses metadata services, unspecified and multicast addresses', () => {
    for (const address of [...cases.public, ...cases.loopback, ...cases.private, ...cases['link-local']])
      expect(isAllowedAddress(address, 'any'), address).toBe(true);
    for (const address of [...cases.metadata, ...cases.unspecified, ...cases.multicast, ...cases.invalid])
      expect(isAllowedAddress(address, 'any'), address).toBe(false);
  });

  test('a mapped or NAT64 IPv6 address has the rights of its IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...egressLevels), (address, egress) => {
        const hex = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
        const tail = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
        for (const form of [`::ffff:${address}`, `::ffff:${tail}`, `64:ff9b::${tail}`])
          expect(classifyAddress(form)).toBe(classifyAddress(address));
        for (const form of [`2002:${tail}::1`, `::ffff:0:${tail}`])
          expect(isAllowedAddress(form, egress) && !isAllowedAddress(address, egress)).toBe(false);
      }),
    );
  });
});

describe('isAllowedEndpoint', () => {
  const listed = { level: 'loopback', loopbackPorts: [8_788], ownPorts: [8_787] } as const;

  test('this machine is reached on declared ports only, in every form of its address', () => {
    for (const address of cases.loopback) {
      expect(isAllowedEndpoint(address, 8_788, listed), address).toBe(true);
      expect(isAllowedEndpoint(address, 22, listed), address).toBe(false);
      expect(isAllowedEndpoint(address, 22, { ...listed, loopbackPorts: null }), address).toBe(true);
    }
  });

  test('no level reaches a port of the service itself', () => {
    for (const level of egressLevels)
      expect(isAllowedEndpoint('127.0.0.1', 8_787, { level, loopbackPorts: null, ownPorts: [8_787] }), level).toBe(
        false,
      );
  });

  test("an address of this machine's network interfaces has the rules of a loopback address, in every form", () => {
    const own = new Set(['93.184.216.34', '2a00:1450:4001:831::200e', '10.1.2.3']);
    const forms = ['93.184.216.34', '::ffff:93.184.216.34', '64:ff9b::5db8:d822', '2a00:1450:4001:831::200e'];
    for (const address of forms) {
      expect(isAllowedEndpoint(address, 8_788, listed, own), address).toBe(true);
      for (const port of [22, 8_787]) expect(isAllowedEndpoint(address, port, listed, own), address).toBe(false);
      const any = { level: 'any', loopbackPorts: null, ownPorts: [8_787] } as const;
      expect([22, 8_787].map((port) => isAllowedEndpoint(address, port, any, own))).toEqual([true, false]);
      expect(isAllowedEndpoint(address, 443, { ...any, level: 'public' }, own), address).toBe(false);
    }
    expect(isAllowedEndpoint('10.1.2.3', 8_788, listed, own)).toBe(false);
    expect(isAllowedEndpoint('93.184.216.35', 22, listed, own)).toBe(true);
  });

  test('a port of another machine is not restricted', () => {
    expect(isAllowedEndpoint('8.8.8.8', 22, listed)).toBe(true);
    expect(isAllowedEndpoint('10.0.0.1', 8_787, { ...listed, level: 'any' })).toBe(true);
  });
});
