import { describe, expect, test } from 'vitest';
import { checkTarget } from '../../../shared/spec/check-target.ts';
import { targetSchema } from '../../../shared/spec/target.ts';

const check = (body: unknown) =>
  checkTarget(targetSchema.parse({ baseUrl: 'https://api.example.com/v1', model: 'm', body }), 0, () => []);

describe('the headers of a target', () => {
  const checkHeaders = (headers: Record<string, string>) =>
    checkTarget(targetSchema.parse({ baseUrl: 'https://api.example.com/v1', model: 'm', headers }), 0, () => []);

  test('can set the host and the user agent, and settings whose name contains a secret word', () => {
    const headers = { Host: '[::1]:8443', 'User-Agent': 'lab/2 (x)', 'x-return-tokens': 'true', 'x-auth-mode': 'none' };
    expect(checkHeaders(headers)).toEqual([]);
  });

  test('cannot contain a secret', () => {
    expect(checkHeaders({ 'x-auth-mode': 'hunter2' })).toHaveLength(1);
    expect(checkHeaders({ 'User-Agent': 'sk-0123456789abcdef' })).toHaveLength(1);
  });
});

describe('the body of a target', () => {
  test.each([
    ['/targets/0/body/api_key', { api_key: 'hunter2' }],
    ['/targets/0/body/extra/0/apiKey', { extra: [{ apiKey: 'abc' }] }],
    ['/targets/0/body/accessToken', { accessToken: 'abc' }],
    ['/targets/0/body/token', { token: 'abc' }],
    ['/targets/0/body/db/password', { db: { password: 'abc' } }],
    ['/targets/0/body/Authorization', { Authorization: 'abc' }],
    ['/targets/0/body/x', { x: 'sk-proj-abcdefgh12345678' }],
    ['/targets/0/body/list/1', { list: ['a', 'Bearer abcdefgh12345678'] }],
    ['/targets/0/body/x', { x: 'AKIA1EXAMPLE2KEY3KEY' }],
    ['/targets/0/body/x', { x: 'https://user:pass1@db.example.com/' }],
    ['/targets/0/body/x', { x: '-----BEGIN PRIVATE KEY-----\nabc123' }],
  ])('cannot contain a secret (%s), and the fault does not quote it', (pointer, body) => {
    const faults = check(body);
    expect(faults).toMatchObject([{ pointer, fault: expect.stringContaining('looks like a secret') }]);
    expect(faults[0]?.remedy).toContain('credentialId');
    expect(JSON.stringify(faults)).not.toMatch(/hunter2|12345678|pass1|abc123|AKIA1/);
  });

  test('can contain every ordinary parameter', () => {
    const body = {
      thinking: { type: 'enabled', budget_tokens: 1_024 },
      skip_special_tokens: true,
      stop_token: '</s>',
      eos_token: '<|end|>',
      stop: ['Bearer ', 'token', '###'],
      system: 'Basic understanding of Bearer tokens: sk-learning-rates2 and password rules are public.',
      draft_model: 'hf-internal-testing/tiny-1',
      token_ids: [1, 2],
      user: 'user-1234',
      prompt_cache_key: 'tenant-7',
      guided_regex: '[a-z]{8}',
      tools: [
        {
          type: 'function',
          function: {
            name: 'log_in',
            parameters: { type: 'object', properties: { password: { type: 'string' }, apiKey: { type: 'string' } } },
          },
        },
      ],
      metadata: { key: 'value', signature: 'of the author' },
      password: '',
    };
    expect(check(body)).toEqual([]);
  });
});

describe('the proxy of a target', () => {
  test.each([
    ['http://10.0.0.1', 'http://10.0.0.1/'],
    ['socks5://[fd00::1]', 'http://[fd00::1]:1080/'],
    ['socks5h://proxy.example.com:9050', 'http://proxy.example.com:9050/'],
  ])('%s is checked like the address of a target', (proxy, url) => {
    const checked: string[] = [];
    const target = targetSchema.parse({ baseUrl: 'https://api.example.com/v1', model: 'm', proxy });
    checkTarget(target, 0, (address, pointer) => {
      checked.push(`${pointer} ${address}`);
      return [];
    });
    expect(checked).toEqual(['/targets/0/baseUrl https://api.example.com/v1', `/targets/0/proxy ${url}`]);
  });

  test.each(['https://p.example', 'http://user:secret@p.example', 'ftp://p', 'p.example:3128'])(
    'cannot be %s',
    (proxy) => {
      expect(targetSchema.safeParse({ baseUrl: 'https://api.example.com/v1', model: 'm', proxy }).success).toBe(false);
    },
  );
});
