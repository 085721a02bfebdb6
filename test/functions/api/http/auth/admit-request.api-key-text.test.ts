import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatApiKey, hashApiKey, parseApiKey } from '../../../../../functions/api/http/auth/admit-request.ts';
import { createClock } from '../../../../../shared/adapters/system-clock.ts';
import { createIds } from '../../../../../shared/adapters/ulid-ids.ts';

const ids = createIds(createClock());

test('a key contains the ids of its tenant and record', () => {
  const [tenantId, apiKeyId] = [ids.next('tenant'), ids.next('apiKey')];
  expect(parseApiKey(formatApiKey(tenantId, apiKeyId, randomBytes(32)))).toEqual({ tenantId, apiKeyId });
});

test('malformed text returns null', () => {
  const key = formatApiKey(ids.next('tenant'), ids.next('apiKey'), randomBytes(32));
  for (const text of [
    '',
    key.slice(1),
    `${key}A`,
    key.slice(0, -1),
    key.toUpperCase(),
    ` ${key}`,
    `${key}\n`,
    key.replaceAll('_', '-'),
  ])
    expect(parseApiKey(text)).toBeNull();
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseApiKey(text)).toBeNull();
    }),
  );
});

test('different keys have different hashes', () => {
  const [a, b] = [1, 2].map((byte) =>
    hashApiKey(formatApiKey(`ten_${'0'.repeat(26)}`, `key_${'0'.repeat(26)}`, new Uint8Array(32).fill(byte))),
  );
  expect(a).toMatch(/^[0-9a-f]{64}$/);
  expect(a).not.toBe(b);
});
