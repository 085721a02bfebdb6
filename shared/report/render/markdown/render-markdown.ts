import type { Report } from '../../model/report.ts';
import { renderRunHeadline } from '../render-run-headline.ts';
import { renderHeader } from '../text/render-header.ts';
import { reportSections } from '../text/report-sections.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { newMarkdownBlocks } from './markdown-blocks.ts';

const nowhere = Number.POSITIVE_INFINITY;

/** The report as Markdown, to paste where people read: tables are aligned as raw text, too. Ends in a line break. */
export function renderMarkdown(report: Report): string {
  const blocks = newMarkdownBlocks();
  const sections = reportSections(report, nowhere, blocks.table);
  const [, , ...header] = renderHeader(report, nowhere);
  return `${[
    `# ${escapeMarkdown(report.run.name ?? report.run.runId)}`,
    '',
    escapeMarkdown(renderRunHeadline(report)),
    '',
    ...header.map((line) => `- ${escapeMarkdown(line.trim().replace(/ {2,}/, ': '))}`),
    ...sections.flatMap(({ title, lines }) => ['', `## ${escapeMarkdown(title)}`, '', ...blocks.write(lines)]),
    '',
    '## How to reproduce',
    '',
    ...howToReproduce(report),
  ].join('\n')}\n`;
}

function howToReproduce({ run }: Report): string[] {
  if (run.source === 'imported')
    return ['Imported from files of LLMPerf: what was sent is not known, so that it cannot be sent again.'];
  return [
    `Manifest \`${run.manifestSha256}\`, seed ${run.seed}: the same manifest sends the same requests.`,
    '',
    '```sh',
    `curl -H "Authorization: Bearer $TOKENMETER_API_KEY" -X POST "$TOKENMETER_URL/v1/runs/${run.runId}/rerun"`,
    `npm run reproduce -- "$TOKENMETER_URL/v1/runs/${run.runId}/report"`,
    '```',
  ];
}
