import type { Block, Document, Fact, Table } from '../../sections/document.ts';
import { alignLines, wrapText } from '../align-columns.ts';
import { type LinearBlock, listLinearBlocks, showCell, showWords } from '../show-cell.ts';

const width = 100;
/** Minimum width of the labels in fact lists, so that several lists are aligned with each other. */
const minLabelWidth = 9;

/** Renders a document as plain text with 100 columns and no color. The text ends with a line break. */
export function renderText({ summary, intro, sections, reasons }: Document): string {
  const write = (blocks: readonly Block[]) =>
    listLinearBlocks(blocks, reasons).flatMap((block) => writeBlock(block, reasons));
  const parts = [
    summary === '' ? [] : wrapText(showWords(summary), width),
    write(intro),
    ...sections.map(({ title, blocks }) => [`── ${showWords(title)} `.padEnd(width, '─'), ...write(blocks)]),
  ];
  const texts = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function writeBlock(block: LinearBlock, reasons: readonly string[]): string[] {
  switch (block.kind) {
    case 'table':
      return writeTable(block, reasons);
    case 'heading':
      return wrapText(showWords(block.words), width, '  ');
    case 'paragraph':
      return wrapText(showWords(block.words), width);
    case 'list':
      return block.items.flatMap((item) => wrapText(showWords(item), width, '  '));
    case 'facts':
      return writeFacts(block.facts);
    case 'code':
      return block.text.split('\n');
  }
}

function writeTable({ head, rows, textColumns }: Table, reasons: readonly string[]): string[] {
  const shown = rows.map((row) => row.map((cell) => showCell(cell, reasons)));
  const isHeaded = head.some((name) => name !== '');
  if (!isHeaded) return alignLines(shown, textColumns);
  const lines = alignLines([head, ...shown], textColumns);
  const isWide = lines.some((line) => [...line].length > width);
  return isWide ? alignLines([...stackHeadings(head, shown), ...shown], textColumns) : lines;
}

/** Breaks the headings of a wide table into two lines if they are wider than the cells of their column. */
function stackHeadings(head: readonly string[], rows: readonly (readonly string[])[]): string[][] {
  const stacked = head.map((name, i) => {
    const room = Math.max(0, ...rows.map((row) => row[i]?.length ?? 0));
    if (name.length <= room) return ['', name];
    const breaks = [...name.matchAll(/ /g)].map(({ index }) => [name.slice(0, index), name.slice(index + 1)]);
    const size = (lines: readonly string[]) => Math.max(...lines.map(({ length }) => length));
    return breaks.toSorted((a, b) => size(a) - size(b))[0] ?? ['', name];
  });
  return [stacked.map(([first = '']) => first), stacked.map(([, second = '']) => second)];
}

function writeFacts(facts: readonly Fact[]): string[] {
  const labelWidth = Math.max(minLabelWidth, ...facts.map(({ label }) => label.length + 2));
  return facts.flatMap(({ label, lines }) =>
    lines.flatMap((line, i) =>
      wrapText(showWords(line), width, ' '.repeat(labelWidth), showWords(i === 0 ? label : '').padEnd(labelWidth)),
    ),
  );
}
