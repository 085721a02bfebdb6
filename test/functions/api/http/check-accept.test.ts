import { expect, test } from 'vitest';
import { chooseMediaType } from '../../../../functions/api/http/check-accept.ts';

const offered = ['application/json', 'text/plain'];

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/*', 'text/plain'],
  ['TEXT/PLAIN', 'text/plain'],
  ['text/plain, application/json', 'application/json'],
  ['text/plain, application/json;q=0.9', 'text/plain'],
  ['*/*;q=0.1, text/plain', 'text/plain'],
  ['application/json;q=0, */*', 'text/plain'],
  ['text/html, image/png', null],
  ['application/json;q=0', null],
])('Accept: %s selects %s', (accept, type) => {
  expect(chooseMediaType(accept, offered)).toBe(type);
});
