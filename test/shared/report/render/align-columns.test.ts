import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wrapText } from '../../../../shared/report/render/align-columns.ts';

const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });

describe('wrapText', () => {
  test('keeps all words in order and all lines within the width', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 16, max: 60 }), (list, width) => {
        const lines = wrapText(list.join(' '), width, '  ', '> ');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        expect(lines.join(' ').replace(/^> /, '').split(/ +/)).toEqual(list);
      }),
    );
  });

  test('starts the first line and the others with the given texts', () => {
    expect(wrapText('one two three', 9, '   ', '1: ')).toEqual(['1: one', '   two', '   three']);
  });

  test('does not break a word that is longer than a line', () => {
    expect(wrapText('a https://api.example.com/v1 b', 10)).toEqual(['a', 'https://api.example.com/v1', 'b']);
  });
});
