import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText, shortText } from '../../../../shared/report/words/plain-text.ts';

describe('plainText', () => {
  test('leaves no control, format or line-breaking character of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test('keeps words apart that a line break kept apart', () => {
    expect(plainText(' one\r\ntwo\tthree\u001b[31m ')).toBe('one two three [31m');
  });
});

describe('shortText', () => {
  test('cuts by characters, and shows that it did', () => {
    expect(shortText('abcdef', 6)).toBe('abcdef');
    expect(shortText('abcdefg', 6)).toBe('abcde…');
    expect(shortText('😀😀😀', 2)).toBe('😀…');
  });
});
