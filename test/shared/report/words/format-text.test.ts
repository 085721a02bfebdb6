import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanText,
  formatPercent,
  formatShort,
  formatUncertain,
  shortenText,
} from '../../../../shared/report/words/format-text.ts';

describe('formatShort', () => {
  test.each([
    [1_234_567.8, '1,234,568'],
    [5_301.26, '5,301'],
    [563.24, '563.2'],
    [30.666, '30.67'],
    [0.4506, '0.451'],
    [0, '0.00'],
    [-630.04, '−630.0'],
  ])('shows %d with about four digits: %s', (value, text) => {
    expect(formatShort(value)).toBe(text);
  });
});

describe('formatUncertain', () => {
  test.each([
    [0.5134, 0.0521, '0.513 ± 0.052'],
    [30.21, 0.31, '30.21 ± 0.31'],
    [30.21, 1.44, '30.2 ± 1.4'],
    [4_600, 230, '4,600 ± 230'],
    [27, 0, '27.000 ± 0.000'],
  ])('rounds %d ± %d to two digits of the uncertainty: %s', (value, half, text) => {
    expect(formatUncertain(value, half)).toBe(text);
  });
});

describe('formatPercent', () => {
  test('shows a share in percent to one decimal', () => {
    expect(formatPercent(0.1333)).toBe('13.3 %');
  });
});

describe('cleanText', () => {
  test('replaces all control, format and line-breaking characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test('separates words that a line break separates', () => {
    expect(cleanText(' one\r\ntwo\tthree\u001b[31m ')).toBe('one two three [31m');
  });
});

describe('shortenText', () => {
  test('shortens by characters and appends an ellipsis', () => {
    expect(shortenText('abcdef', 6)).toBe('abcdef');
    expect(shortenText('abcdefg', 6)).toBe('abcde…');
    expect(shortenText('😀😀😀', 2)).toBe('😀…');
  });
});
