import type { RunsComparison } from '../../model/runs-comparison.ts';
import { escapeMarkdown } from '../markdown/escape-markdown.ts';
import { newMarkdownBlocks } from '../markdown/markdown-blocks.ts';
import { textTable } from '../text/text-table.ts';
import { comparisonSections } from './comparison-sections.ts';

const width = 100;

/** Runs side by side as plain text of 100 columns. Ends in a line break. */
export function renderComparisonText(comparison: RunsComparison): string {
  const sections = comparisonSections(comparison, width, textTable);
  return `${sections.map(({ title, lines }) => [`── ${title} `.padEnd(width, '─'), ...lines].join('\n')).join('\n\n')}\n`;
}

/** The same as Markdown. Ends in a line break. */
export function renderComparisonMarkdown(comparison: RunsComparison): string {
  const blocks = newMarkdownBlocks();
  const sections = comparisonSections(comparison, Number.POSITIVE_INFINITY, blocks.table);
  const parts = sections.map(({ title, lines }) =>
    [`## ${escapeMarkdown(title)}`, '', ...blocks.write(lines)].join('\n'),
  );
  return `${['# Runs side by side', ...parts].join('\n\n')}\n`;
}
