import { expect, test } from 'vitest';
import { writeTable } from '../../../../../shared/report/render/html/write-table.ts';
import type { Cell } from '../../../../../shared/report/sections/document.ts';

const interval = { level: 0.95, low: -1, high: 3, method: 't' };
const reasons = ['one pair has it all', 'no request succeeded'];
const write = (cell: Cell) => {
  const table = { kind: 'table', caption: 'c', head: ['', ''], rows: [['a', cell]], textColumns: 1 } as const;
  return /<\/th>(.*)<\/tr>/.exec(String(writeTable(table, reasons)))?.[1];
};
const link = (number: number) =>
  `<a class="none" href="#note-${number}" aria-label="no value, note ${number}">–<sup>${number}</sup></a>`;

test.each<[string, Cell, string]>([
  ['a number and its interval', { value: 2, decimals: 1, interval }, '2.0<small>−1.0 to 3.0</small>'],
  [
    'a number and the reason for its missing interval',
    { value: -2, missingInterval: 'one pair has it all' },
    `−2.000<small>${link(1)}</small>`,
  ],
  ['a number without an interval', { value: 2 }, '2.000'],
  ['a missing number as a dash that links to the reason', { value: null, missing: 'no request succeeded' }, link(2)],
  ['a missing number without a reason', { value: null }, '–'],
  ['a number and its change', { value: 2, note: '5 % longer' }, '2.000<small class="change">5 % longer</small>'],
  ['an interval', { range: interval, decimals: 0, unit: '%' }, '−1 % to 3 %'],
  [
    'a badge and its note',
    { text: 'bad', tone: 'bad', note: 'late' },
    '<span class="badge bad">bad</span><small class="why">late</small>',
  ],
  ['repeated text', { text: '<b>', isRepeated: true }, '&lt;b&gt;'],
])('writeTable writes %s', (_, cell, html) => {
  expect(write(cell)).toBe(`<td>${html}</td>`);
});
