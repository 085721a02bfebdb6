import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSecrets } from '../../../shared/secrets/mask-secrets.ts';

const key = 'sk-proj-Q7f"Zk2/Lm9+Xw4_Rt8\\Yp1=Vb6';
const toHex = (text: string, prefix: string, digits: number) =>
  Array.from(text, (one) => prefix + one.charCodeAt(0).toString(16).padStart(digits, '0')).join('');

describe('a secret in a text', () => {
  test.each([
    ['whole', key],
    ['in upper case', key.toUpperCase()],
    ['in lower case', key.toLowerCase()],
    ['as JSON', JSON.stringify(key).slice(1, -1)],
    ['as JSON in JSON', JSON.stringify(JSON.stringify(key).slice(1, -1)).slice(1, -1)],
    ['as JSON code units', toHex(key, '\\u', 4)],
    ['in a URL', encodeURIComponent(key)],
    ['in a URL in a URL', encodeURIComponent(encodeURIComponent(key))],
    ['in a URL, in lower case', encodeURIComponent(key).toLowerCase()],
    ['as percent codes', toHex(key, '%', 2)],
    ['in hex', toHex(key, '', 2)],
    ['in hex, in upper case', toHex(key, '', 2).toUpperCase()],
    ['in base64', btoa(key)],
    ['in base64url', Buffer.from(key).toString('base64url')],
    ['in base64, in upper case', btoa(key).toUpperCase()],
    ['in base64 in a URL', encodeURIComponent(btoa(key))],
    ['without its end', key.slice(0, 20)],
    ['without its start', key.slice(-12)],
    ['without its ends', key.slice(9, 22)],
    ['in base64 without its end', btoa(key).slice(0, 24)],
    ['with stars', `sk-proj-${'*'.repeat(20)}=Vb6`],
    ['with an ellipsis', 'sk-…=Vb6'],
    ['with dots', 'sk-proj...p1=Vb6'],
    ['with dots in upper case', 'SK-PROJ...P1=VB6'],
    ['with only its end', '***=Vb6'],
    ['on two lines', `${key.slice(0, 17)}\n${key.slice(17)}`],
  ])('is masked %s', (_, echoed) => {
    const masked = maskSecrets(`The key ${echoed} is wrong`, [key]);
    expect(masked).toMatch(/^The key \[redacted\]\S{0,14}(?:\n\[redacted\])? is wrong$/);
    for (let start = 0; start + 6 <= echoed.length; start++)
      expect(masked).not.toContain(echoed.slice(start, start + 6));
  });

  test('is masked in base64 after other characters', () => {
    expect(maskSecrets(btoa(`Bearer ${key}`), [key])).toMatch(
      new RegExp(`^${btoa('Bearer ').slice(0, 9)}.\\[redacted\\]$`),
    );
    expect(maskSecrets(btoa(`user:${key}`), [key])).toMatch(
      new RegExp(`^${btoa('user:').slice(0, 6)}.\\[redacted\\].==$`),
    );
  });

  test('is masked in any encoding and at any position, and the text around it stays', () => {
    const keys = fc.string({ unit: fc.constantFrom(...'abcXYZ019+/=-_"\\%.'), minLength: 20, maxLength: 80 });
    const encodings = [
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      encodeURIComponent,
      (text: string) => JSON.stringify(text).slice(1, -1),
    ];
    fc.assert(
      fc.property(keys, fc.constantFrom(...encodings), fc.nat(5), (secret, encode, spaces) => {
        const before = ' '.repeat(spaces);
        expect(maskSecrets(`${before}${encode(secret)}!`, [secret])).toBe(`${before}[redacted]!`);
      }),
    );
  });

  test('is masked next to other secrets', () => {
    expect(
      maskSecrets('AKIA1EXAMPLE2KEY and wJalrXUtnFEMI/K7MDENG', ['AKIA1EXAMPLE2KEY', 'wJalrXUtnFEMI/K7MDENG']),
    ).toBe('[redacted] and [redacted]');
    expect(maskSecrets('k1k1', ['k1'])).toBe('[redacted]');
  });
});

test.each([
  'Incorrect API key provided. Keys start with sk-proj- and look like sk-... or sk-***',
  'Wait... then project: retry in 5 s',
  'a %zz and a \\ at the end \\',
])('a text without the secret stays: %s', (text) => {
  expect(maskSecrets(text, [key, ''])).toBe(text);
});

test('a long text is cut, and does not take long', () => {
  const hostile = `${'..='.repeat(400_000)}${key}`;
  const secret = 'a='.repeat(2_048);
  const startMs = performance.now();
  expect(maskSecrets(hostile, [secret, key]).length).toBeLessThan(10_000);
  expect(performance.now() - startMs).toBeLessThan(2_000);
});
