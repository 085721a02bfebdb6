import { describe, expect, test } from 'vitest';
import { chooseProxy } from '../../../shared/egress/proxy-route.ts';

const settings = {
  http: 'http://proxy:3128',
  https: 'socks5://u:p%40ss@[fd00::1]',
  except: ['.corp', 'api.example.com:8443'],
};
const choose = (url: string, proxy: string | null = null, login: string | null = null) =>
  chooseProxy({ url: new URL(url), proxy, login }, settings);

describe('the proxy of a target', () => {
  test('is its own, with its login', () => {
    expect(choose('http://a.example', 'socks5h://p.example', 'a:b')).toEqual({
      kind: 'socks5',
      hostname: 'p.example',
      port: 1_080,
      login: 'a:b',
      isOperators: false,
    });
    expect(choose('http://127.0.0.1', 'http://p.example:80')?.port).toBe(80);
  });

  test('is the operator’s by scheme, with the login of its URL', () => {
    expect(choose('http://a.example')).toMatchObject({ kind: 'http', hostname: 'proxy', port: 3_128, login: null });
    const secure = { kind: 'socks5', hostname: 'fd00::1', port: 1_080, login: 'u:p@ss', isOperators: true };
    expect(choose('https://a.example')).toEqual(secure);
  });

  test('is not used for this machine and for the hosts in NO_PROXY', () => {
    for (const url of ['http://localhost', 'http://x.localhost', 'http://127.0.0.9:8788', 'http://[::1]'])
      expect(choose(url)).toBeNull();
    for (const url of ['http://corp', 'http://llm.corp', 'https://api.example.com:8443'])
      expect(choose(url)).toBeNull();
    expect(choose('https://api.example.com')).not.toBeNull();
    expect(
      chooseProxy({ url: new URL('http://a'), proxy: null, login: null }, { ...settings, except: ['*'] }),
    ).toBeNull();
  });

  test('that is not supported is never skipped in silence', () => {
    for (const http of ['https://p.example', 'ftp://x', 'http://[']) {
      const route = chooseProxy({ url: new URL('http://a'), proxy: null, login: null }, { ...settings, http });
      expect(route?.kind).toBe('unsupported');
    }
  });
});
