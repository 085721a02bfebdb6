import type { Report } from '../model/report.ts';
import { renderHeader } from './text/render-header.ts';
import { reportSections } from './text/report-sections.ts';
import { textTable } from './text/text-table.ts';

const width = 100;

/** The report as plain text of 100 columns, without colour. Ends in a line break. */
export function renderTable(report: Report): string {
  const body = reportSections(report, width, textTable).flatMap(({ title, lines }) => [
    '',
    `── ${title} `.padEnd(width, '─'),
    ...lines,
  ]);
  return `${[...renderHeader(report, width), ...body].join('\n')}\n`;
}
