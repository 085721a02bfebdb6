import type { Block, Document, Fact, Table } from '../../sections/document.ts';
import { alignLines } from '../align-columns.ts';
import { showCell, showWords } from '../show-cell.ts';
import { wrapText } from './wrap-text.ts';

const width = 100;
/** Facts of several lists stand below each other. */
const minLabelWidth = 9;

/** The document as plain text of 100 columns, without color. Ends in a line break. */
export function renderText({ summary, intro, sections, reasons }: Document): string {
  const write = (blocks: readonly Block[]) => blocks.flatMap((block) => writeBlock(block, reasons));
  const parts = [
    summary === '' ? [] : wrapText(showWords(summary), width),
    write(intro),
    ...sections.map(({ title, blocks }) => [
      ...(title === '' ? [] : [`── ${showWords(title)} `.padEnd(width, '─')]),
      ...write(blocks),
    ]),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function writeBlock(block: Block, reasons: readonly string[]): string[] {
  const write = (blocks: readonly Block[]) => blocks.flatMap((each) => writeBlock(each, reasons));
  switch (block.kind) {
    case 'table':
      return writeTable(block, reasons);
    case 'paragraph':
      return wrapText(showWords(block.words), width);
    case 'list':
      return block.items.flatMap((item) => wrapText(showWords(item), width, '  '));
    case 'badges':
      return wrapText(block.badges.map(({ text }) => showWords(text)).join('; '), width);
    case 'facts':
      return writeFacts(block.facts);
    case 'reasons':
      return reasons.flatMap((reason, i) => wrapText(showWords(`[${i + 1}] ${reason}`), width, '    '));
    case 'part': {
      const badge = block.badge === undefined ? '' : `: ${block.badge.text}`;
      return [...wrapText(`${showWords(block.title)}${badge}`, width, '  '), ...write(block.blocks)];
    }
    case 'fold':
      return [...wrapText(`${block.summary}:`, width), ...write(block.blocks)];
    case 'code':
      return block.text.split('\n');
    case 'tiles':
      return block.tiles.flatMap(({ title, table }) => [`${title}, ${table.caption}:`, ...writeTable(table, reasons)]);
    case 'charts':
      return [];
  }
}

function writeTable({ head, rows, textColumns }: Table, reasons: readonly string[]): string[] {
  const shown = rows.map((row) => row.map((cell) => showCell(cell, reasons)));
  const isHeaded = head.some((name) => name !== '');
  return alignLines(isHeaded ? [head, ...shown] : shown, textColumns);
}

function writeFacts(facts: readonly Fact[]): string[] {
  const labelWidth = Math.max(minLabelWidth, ...facts.map(({ label }) => label.length + 2));
  return facts.flatMap(({ label, lines }) =>
    lines.flatMap((line, i) =>
      wrapText(showWords(line), width, ' '.repeat(labelWidth), showWords(i === 0 ? label : '').padEnd(labelWidth)),
    ),
  );
}
