import type { Block, Document, Table, Words } from '../../sections/document.ts';
import { plainText, replaceControls } from '../../words/plain-text.ts';
import { alignColumns } from '../align-columns.ts';
import { showCell } from '../show-cell.ts';
import { escapeInline, escapeMarkdown } from './escape-markdown.ts';

/** The document as Markdown, to paste where people read: tables are aligned as raw text, too. Ends in a line break. */
export function renderMarkdown({ title, summary, intro, sections, reasons }: Document): string {
  const write = (blocks: readonly Block[]) => blocks.flatMap((block) => writeBlock(block, reasons));
  const blocks = [
    `# ${writeWords(title)}`,
    writeWords(summary),
    ...write(intro),
    ...sections.flatMap((section) => [
      section.title === '' ? '' : `## ${writeWords(section.title)}`,
      ...write(section.blocks),
    ]),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function writeBlock(block: Block, reasons: readonly string[]): string[] {
  const write = (blocks: readonly Block[]) => blocks.flatMap((each) => writeBlock(each, reasons));
  switch (block.kind) {
    case 'table':
      return [writeTable(block, reasons)];
    case 'paragraph':
      return [writeWords(block.words)];
    case 'list':
      return [writeList(block.items)];
    case 'badges':
      return [writeList(block.badges.map(({ text }) => text))];
    case 'facts':
      return [
        writeList(
          block.facts.flatMap(({ label, lines }) => lines.map((line, i) => (i === 0 ? `${label}: ${line}` : line))),
        ),
      ];
    case 'reasons':
      return [writeList(reasons.map((reason, i) => `[${i + 1}] ${reason}`))];
    case 'part': {
      const badge = block.badge === undefined ? '' : escapeInline(`: ${block.badge.text}`);
      return [`### ${writeWords(block.title)}${badge}`, ...write(block.blocks)];
    }
    case 'fold':
      return [writeWords(`${block.summary}:`), ...write(block.blocks)];
    case 'code':
      return [`\`\`\`sh\n${block.text}\n\`\`\``];
    case 'tiles':
      return block.tiles.flatMap(({ title, table }) => [
        `### ${writeWords(`${title}, ${table.caption}`)}`,
        writeTable(table, reasons),
      ]);
    case 'charts':
      return [];
  }
}

function writeList(items: readonly Words[]): string {
  return items.map((item) => `- ${writeWords(item)}`).join('\n');
}

function writeWords(words: Words): string {
  if (typeof words === 'string') return escapeMarkdown(plainText(words));
  return words
    .map((part) => {
      if (typeof part !== 'string' && 'code' in part) return `\`${part.code}\``;
      return escapeInline(replaceControls(typeof part === 'string' ? part : part.text));
    })
    .join('');
}

function writeTable({ head, rows, textColumns }: Table, reasons: readonly string[]): string {
  const shown = rows.map((row) => row.map((cell) => showCell(cell, reasons)));
  const escaped = [head, ...shown].map((row) => row.map(escapeInline));
  // Three characters are the least that every reader of tables takes for a column.
  const { cells, widths } = alignColumns(escaped, textColumns, 3);
  const rule = widths.map((width, i) => (i < textColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [first = [], ...others] = cells;
  return [first, rule, ...others].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
