import { describe, expect, test } from 'vitest';
import { explainFailure, showAddress } from '../../../../shared/report/words/explain-failure.ts';

const refused = 'The connection could not be made: the connection was refused (ECONNREFUSED)';
const connect = { outcome: 'connect', httpStatus: null, code: 'connect', message: refused } as const;

describe('explainFailure names cause, address, and remedy:', () => {
  test('a server that is not running', () => {
    expect(explainFailure(connect, { baseUrl: 'http://127.0.0.1:9' })).toBe(
      `${refused} (connect, at http://127.0.0.1:9). Check that the server is running and that the host and port are right. Add /v1 to baseUrl if the server expects it.`,
    );
  });

  test.each([
    ['a base URL with a version gets no hint about it', connect, /right\.$/],
    [
      'a forbidden address',
      { ...connect, message: 'not allowed (ADDRESS_NOT_ALLOWED)' },
      /operator to change EGRESS\.$/,
    ],
    ['a wrong key', { outcome: 'http_4xx', httpStatus: 401, code: null, message: null }, /^HTTP 401 .*API key/],
    [
      'a wrong path',
      { outcome: 'http_4xx', httpStatus: 404, code: null, message: null },
      /Check baseUrl and the model\.$/,
    ],
    [
      'an outcome without words',
      { outcome: 'stalled', httpStatus: 200, code: 'stalled', message: null },
      /^The request failed \(stalled, /,
    ],
  ] as const)('%s', (_, cause, pattern) => {
    expect(explainFailure(cause, { baseUrl: 'https://api.example.com/v1' })).toMatch(pattern);
  });

  test('the words of a server stay short and on one line', () => {
    const message = `HTTP 404: \u001b[31m\u202e${'x'.repeat(2_000)}\n`;
    const cause = { outcome: 'http_4xx', httpStatus: 404, code: null, message } as const;
    const text = explainFailure(cause, { baseUrl: 'https://api.example.com/v1' });
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.length).toBeLessThan(500);
  });
});

test('an address has no query, because a query may contain a secret', () => {
  expect(showAddress({ baseUrl: 'https://api.example.com/v1/?key=secret' })).toBe('https://api.example.com/v1');
  expect(showAddress({ baseUrl: 'https://api.example.com/v1', path: '/other' })).toBe('https://api.example.com/other');
});
