import type { Interval } from '../../stats/interval.ts';
import {
  type Block,
  type Cell,
  type Fact,
  findReason,
  type Table,
  type ValueCell,
  type Words,
} from '../sections/document.ts';
import { cleanText, formatNumber, formatShort } from '../words/format-text.ts';

type Shown = Pick<ValueCell, 'decimals' | 'unit'>;

/** Returns a cell as plain text. A missing value becomes a dash with the number of its reason. */
export function showCell(cell: Cell, reasons: readonly string[]): string {
  if (typeof cell === 'string') return cleanText(cell);
  if ('range' in cell) return cell.range === null ? '' : showInterval(cell.range, cell);
  const number = findReasonNumber(cell, reasons);
  const mark = number === null ? '' : `[${number}]`;
  if ('text' in cell) {
    const text = cell.isRepeated ? '' : cleanText(cell.short ?? cell.text);
    return mark === '' ? text : `${text} ${mark}`;
  }
  const { value, interval } = cell;
  if (value === null) return `-${mark}`;
  return `${showValue(value, cell)}${interval == null ? '' : ` (${showInterval(interval, cell)})`}${mark}`;
}

/** Returns the number of the reason why a cell's value is missing. Returns null if there is no reason. */
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

export function showWords(words: Words): string {
  if (typeof words === 'string') return cleanText(words);
  return cleanText(
    words.map((part) => (typeof part === 'string' ? part : 'code' in part ? part.code : part.text)).join(''),
  );
}

export type LinearBlock =
  | { kind: 'heading' | 'paragraph'; words: Words }
  | { kind: 'list'; items: readonly Words[] }
  | { kind: 'facts'; facts: readonly Fact[] }
  | { kind: 'code'; text: string }
  | Table;

/** Converts blocks for plain text and Markdown. Omits charts. Turns badges into lists, and parts into headings. */
export function listLinearBlocks(blocks: readonly Block[], reasons: readonly string[]): LinearBlock[] {
  const list = (items: readonly Words[]): LinearBlock[] => [{ kind: 'list', items }];
  return blocks.flatMap((block): LinearBlock[] => {
    switch (block.kind) {
      case 'badges':
        return list(block.badges.map(({ text }) => text));
      case 'reasons':
        return list(reasons.map((reason, i) => `[${i + 1}] ${reason}`));
      case 'part': {
        const badge = block.badge === undefined ? '' : `: ${block.badge.text}`;
        const title = typeof block.title === 'string' ? [block.title] : block.title;
        return [{ kind: 'heading', words: [...title, badge] }, ...listLinearBlocks(block.blocks, reasons)];
      }
      case 'fold':
        return [{ kind: 'paragraph', words: `${block.summary}:` }, ...listLinearBlocks(block.blocks, reasons)];
      case 'tiles':
        return block.tiles.flatMap(({ title, table }) => [
          { kind: 'heading', words: `${title}, ${table.caption}` },
          table,
        ]);
      case 'charts':
        return [];
      default:
        return [block];
    }
  });
}
