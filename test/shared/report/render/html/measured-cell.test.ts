import { expect, test } from 'vitest';
import { measuredCell } from '../../../../../shared/report/render/html/measured-cell.ts';
import { createFootnotes } from '../../../../../shared/report/render/text/footnotes.ts';

const interval = { level: 0.95, low: 1, high: 3, method: 't' };
const show = (value: number) => value.toFixed(1);

test('a number stands above its interval, above why that is withheld, alone, or as a dash with its reason', () => {
  const footnotes = createFootnotes();
  const cell = (value: number | null, held: typeof interval | null, why: string | null) =>
    String(measuredCell(value, held, 'no request is ok', footnotes, show, why));
  expect(cell(2, interval, null)).toBe('2.0<small>1.0 to 3.0</small>');
  expect(cell(-2, null, 'one pair has it all')).toBe('−2.0<small>-[1]</small>');
  expect(cell(2, null, null)).toBe('2.0');
  expect(cell(null, null, null)).toBe('-[2]');
  expect(footnotes.lines()).toEqual(['[1] one pair has it all', '[2] no request is ok']);
});
