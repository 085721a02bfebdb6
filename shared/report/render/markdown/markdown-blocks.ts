import type { TableStyle } from '../text/text-table.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { markdownTable } from './markdown-table.ts';

/** A style of tables, and a way to tell its lines from others when they come back among them. */
export type MarkdownBlocks = {
  table: TableStyle;
  /** Lines of tables as they are, every other line as an item of a list, its columns parted by a colon. */
  write(lines: readonly string[]): string[];
};

export function newMarkdownBlocks(): MarkdownBlocks {
  const ofTables = new Set<string>();
  return {
    table: (head, rows, textColumns) => {
      const lines = markdownTable(head, rows, textColumns);
      for (const line of lines) ofTables.add(line);
      return lines;
    },
    write: (lines) => {
      const written: string[] = [];
      let before: boolean | null = null;
      for (const line of lines) {
        if (line.trim() === '') continue;
        const isTable = ofTables.has(line);
        if (before !== null && before !== isTable) written.push('');
        written.push(isTable ? line : `- ${escapeMarkdown(line.trim().replace(/ {2,}/, ': '))}`);
        before = isTable;
      }
      return written;
    },
  };
}
