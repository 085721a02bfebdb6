import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sonnetCorpus } from '../../../shared/workload/corpora/sonnet-corpus.ts';
import { linesFromInput } from '../../../shared/workload/lines-from-input.ts';

const input = ["Feed'st thy light's flame with self-substantial fuel,", 'But as the riper should by time decease,'];

describe('linesFromInput', () => {
  test.each([
    ['as it was', 'But as the riper should by time decease,'],
    ['case, punctuation and spacing', '  BUT as the riper  should by time decease...'],
    ['numbering', '2. But as the riper should by time decease,'],
    ['the number on the same line', '51708 But as the riper should by time decease,'],
    ['another apostrophe', 'Feed\u2019st thy light\u2019s flame with self substantial fuel'],
    ['one word changed', 'But as the riper would by time decease,'],
    ['one word left out', 'But as riper should by time decease,'],
  ])('takes for close: %s', (_, line) => {
    expect(linesFromInput(input, `${line}\nand`)).toBe(0.5);
    expect(linesFromInput(input, line)).toBe(1);
  });

  test.each([
    ['another line of verse', 'Making a famine where abundance lies,'],
    ['chatter', 'Here are the lines that you asked for:'],
    ['the same letters in other words', 'But as the ripest shouldst bye times deceased,'],
    ['a piece of a line that is not its beginning', 'by time decease'],
  ])('takes for foreign: %s', (_, line) => {
    expect(linesFromInput(input, line)).toBe(0);
  });

  test('takes a beginning for close in the last line only, which the limit may have cut', () => {
    expect(linesFromInput(input, 'But as the riper should by time decease,\nFeed\u2019st thy li')).toBe(1);
    expect(linesFromInput(input, 'Feed\u2019st thy li\nBut as the riper should by time decease,')).toBe(0.5);
  });

  test('is null where the answer has no line with a letter, not 0', () => {
    for (const answer of ['', '51708', '\n\n', '---\n12']) expect(linesFromInput(input, answer)).toBeNull();
  });

  test('is 1 for any pick of the lines offered, and about 0 for lines of the sonnets that were not', () => {
    const { lines } = sonnetCorpus();
    fc.assert(
      fc.property(fc.shuffledSubarray([...lines.slice(0, 60)], { minLength: 1 }), (picked) => {
        expect(linesFromInput(lines.slice(0, 60), picked.join('\n'))).toBe(1);
      }),
    );
    const others = lines.slice(500).join('\n');
    expect(linesFromInput(lines.slice(0, 500), others)).toBeLessThan(0.01);
  });

  test('is a half where half of 100 lines are among the 500 offered', () => {
    const { lines } = sonnetCorpus();
    expect(linesFromInput(lines.slice(0, 500), lines.slice(450, 550).join('\n'))).toBeGreaterThan(0.49);
  });
});
