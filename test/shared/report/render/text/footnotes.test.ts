import { describe, expect, test } from 'vitest';
import { createFootnotes } from '../../../../../shared/report/render/text/footnotes.ts';

describe('createFootnotes', () => {
  test('numbers each reason once, in order of first use', () => {
    const footnotes = createFootnotes();
    expect(['none', 'no pricing', 'none', null].map((reason) => footnotes.missing(reason))).toEqual([
      '-[1]',
      '-[2]',
      '-[1]',
      '-',
    ]);
    expect(footnotes.lines()).toEqual(['[1] none', '[2] no pricing']);
  });
});
