import type { Interval } from '../../stats/interval.ts';
import { type Cell, findReason, type ValueCell, type Words } from '../sections/document.ts';
import { formatNumber, formatShort } from '../words/format-number.ts';
import { plainText } from '../words/plain-text.ts';

type Shown = Pick<ValueCell, 'decimals' | 'unit'>;

/** A cell in a line of plain text. What is missing is a dash with the number of its reason. */
export function showCell(cell: Cell, reasons: readonly string[]): string {
  if (typeof cell === 'string') return plainText(cell);
  if ('range' in cell) return cell.range === null ? '' : showInterval(cell.range, cell);
  const number = findReasonNumber(cell, reasons);
  const mark = number === null ? '' : `[${number}]`;
  if ('text' in cell) {
    const text = cell.isRepeated ? '' : plainText(cell.short ?? cell.text);
    return mark === '' ? text : `${text} ${mark}`;
  }
  const { value, interval } = cell;
  if (value === null) return `-${mark}`;
  return `${showValue(value, cell)}${interval == null ? '' : ` (${showInterval(interval, cell)})`}${mark}`;
}

/** The number that the reason of a cell has in its document; null where nothing is missing for a known reason. */
export function findReasonNumber(cell: Cell, reasons: readonly string[]): number | null {
  const reason = findReason(cell);
  return reason === null ? null : reasons.indexOf(reason) + 1;
}

export function showValue(value: number, { decimals, unit }: Shown): string {
  const number = decimals === undefined ? formatShort(value) : formatNumber(value, decimals);
  return unit === undefined ? number : `${number} ${unit}`;
}

export function showInterval({ low, high }: Interval, shown: Shown): string {
  return `${showValue(low, shown)} to ${showValue(high, shown)}`;
}

/** Words in a line of plain text. */
export function showWords(words: Words): string {
  if (typeof words === 'string') return plainText(words);
  return plainText(
    words.map((part) => (typeof part === 'string' ? part : 'code' in part ? part.code : part.text)).join(''),
  );
}
