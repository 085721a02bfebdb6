import type { Block, Document, Table, Words } from '../../sections/document.ts';
import { cleanText, replaceControls } from '../../words/format-text.ts';
import { alignColumns } from '../align-columns.ts';
import { type LinearBlock, listLinearBlocks, showCell } from '../show-cell.ts';

/** Renders a document as Markdown. Tables are also aligned when read as plain text. The text ends with a line break. */
export function renderMarkdown({ title, summary, intro, sections, reasons }: Document): string {
  const write = (blocks: readonly Block[]) =>
    listLinearBlocks(blocks, reasons).map((block) => writeBlock(block, reasons));
  const blocks = [
    `# ${writeWords(title)}`,
    writeWords(summary),
    ...write(intro),
    ...sections.flatMap((section) => [`## ${writeWords(section.title)}`, ...write(section.blocks)]),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function writeBlock(block: LinearBlock, reasons: readonly string[]): string {
  switch (block.kind) {
    case 'table':
      return writeTable(block, reasons);
    case 'heading':
      return `### ${writeWords(block.words)}`;
    case 'paragraph':
      return writeWords(block.words);
    case 'list':
      return writeList(block.items);
    case 'facts':
      return writeList(
        block.facts.flatMap(({ label, lines }) => lines.map((line, i) => (i === 0 ? `${label}: ${line}` : line))),
      );
    case 'code':
      return `\`\`\`sh\n${block.text}\n\`\`\``;
  }
}

function writeList(items: readonly Words[]): string {
  return items.map((item) => `- ${writeWords(item)}`).join('\n');
}

function writeWords(words: Words): string {
  if (typeof words === 'string') return escapeMarkdown(cleanText(words));
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
  // Some Markdown renderers require at least three dashes per column.
  const { cells, widths } = alignColumns(escaped, textColumns, 3);
  const rule = widths.map((width, i) => (i < textColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [first = [], ...others] = cells;
  return [first, rule, ...others].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Matches text that would start a Markdown block: a heading, list, quotation, rule or checkbox. */
const blockStart = /^(\s*)([-+>#=~]|\[(?=[ xX]\])|\d{1,9}(?=[.)](?:\s|$)))/;

/**
 * Escapes plain text so that Markdown (CommonMark with GitHub's extensions) displays it unchanged, never as a heading,
 * emphasis, link, image, mention, table cell or HTML. Leaves characters without a special meaning alone.
 */
export function escapeMarkdown(text: string): string {
  return escapeInline(text).replace(blockStart, (_, space: string, mark: string) =>
    /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
  );
}

/** Escapes text inside a line or a table cell, where no Markdown block can start. */
export function escapeInline(text: string): string {
  return (
    text
      .replaceAll(/[\\`*|~$]/g, '\\$&')
      // A bracket starts a link, and an angle bracket starts a tag, only if one of these characters follows it.
      .replaceAll(/\](?=[([:])/g, '\\]')
      .replaceAll(/<(?=[A-Za-z/!?])/g, '\\<')
      .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replaceAll(/&(?=#?\w+;)/g, '\\&')
      .replaceAll(/(?<=\b(?:https?|ftp)):(?=\/\/)/gi, '\\:')
      .replaceAll(/\b(www)\./gi, '$1\\.')
      .replaceAll('@', '&#64;')
  );
}
