import { expect, test } from 'vitest';
import { formatCsvFields, formatCsvRow } from '../../shared/format-csv.ts';

test('writes null as an empty field, and ends a row with CR LF', () => {
  expect(formatCsvRow(['a', 1, null, undefined, true, ''])).toBe('a,1,,,true,\r\n');
});

test.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['two\rlines', '"two\rlines"'],
])('quotes %j', (text, field) => {
  expect(formatCsvFields([text])).toBe(field);
});

test.each(['=1+1', '+1', '-1', '@a', '\ta', '＝1', '＋1', '－1', '＠a'])(
  'prevents that %j is read as a formula',
  (text) => {
    expect(formatCsvFields([text])).toBe(`'${text}`);
  },
);

test('writes negative numbers unchanged', () => {
  expect(formatCsvFields([-1.5, -2e-7])).toBe('-1.5,-2e-7');
});
