import { describe, expect, test } from 'vitest';
import { proxySchema } from '../../../shared/spec/target-fields.ts';

describe('the address of a proxy', () => {
  test.each(['http://proxy.example.com:3128', 'socks5://127.0.0.1', 'socks5h://[::1]:1080'])('can be %s', (url) => {
    expect(proxySchema.parse(url)).toBe(url);
  });

  test.each(['http://[16]', 'http://proxy.example.com:99999', 'https://proxy.example.com', 'http://user:key@proxy'])(
    'cannot be %s, which no connection could use or which holds a login',
    (url) => {
      expect(proxySchema.safeParse(url).error?.issues.map(({ message }) => message)).toContainEqual(
        expect.stringContaining('must be an http:// or socks5:// URL'),
      );
    },
  );
});
