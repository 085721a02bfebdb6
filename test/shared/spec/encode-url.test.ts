import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUrl } from '../../../shared/spec/encode-url.ts';

const ajv = new Ajv2020();
addFormatsModule.default(ajv);
const isUri = ajv.compile({ type: 'string', format: 'uri' });

const character = fc.oneof(
  fc.constantFrom(...'/?#%:@[]{}|\\^`"<> \t.-_~!$&\'()*+,;=aZ09ü漢'),
  fc.constantFrom('%20', '%zz', '%C3%BC'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const texts = fc
  .tuple(
    fc.constantFrom('http://', 'https://', 'HTTPS://', 'https:', 'http:/', 'http:\\\\'),
    fc.constantFrom('example.com', 'München.example', 'a_b', '[::1]', '127.1', 'a{b', 'x:8080', 'x:443', '例え.テスト'),
    fc.array(character, { maxLength: 12 }).map((parts) => parts.join('')),
  )
  .map((parts) => parts.join(''))
  .filter((text) => URL.canParse(text) && new URL(text).username === '' && new URL(text).password === '');

/** Describes what a server receives: its address, and the decoded path and query. */
function describeUrl(text: string) {
  const { origin, pathname, search, hash } = new URL(text);
  const decode = (part: string) => part.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex) => `<${Number.parseInt(hex, 16)}>`);
  const decodeAll = (part: string) =>
    decode(part.replaceAll(/%(?![0-9A-Fa-f]{2})|[#\]["<>^`{|}\\]/g, encodeURIComponent));
  return [origin, ...[pathname, search, hash.slice(1)].map(decodeAll)];
}

describe('an address in a spec', () => {
  test.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://münchen.example/v1', 'https://xn--mnchen-3ya.example/v1'],
    ['https://example.com/a b/ü|x', 'https://example.com/a%20b/%C3%BC%7Cx'],
    ['HTTPS:\\\\Example.com', 'https://example.com/'],
    ['not a URL', 'not a URL'],
  ])('%s is stored as %s', (text, expected) => {
    expect(encodeUrl(text)).toBe(expected);
  });

  test('is one that RFC 3986 allows, with the same meaning, and stays as it is if it already was one', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const encoded = encodeUrl(text);
        expect(isUri(encoded), encoded).toBe(true);
        expect(encodeUrl(encoded)).toBe(encoded);
        expect(describeUrl(encoded)).toEqual(describeUrl(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
