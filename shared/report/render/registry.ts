import { z } from 'zod';
import { readReport } from '../model/read-report.ts';
import { type Report, reportSchema } from '../model/report.ts';
import { type RunsComparison, runsComparisonSchema } from '../model/run-comparison.ts';
import { composeComparison } from '../sections/compose-comparison.ts';
import { composePage, composeSummary } from '../sections/compose-report.ts';
import type { Document } from '../sections/document.ts';
import type { OriginWords } from '../sections/origin-words.ts';
import { renderCsv } from './csv/render-csv.ts';
import { reportContentSecurityPolicy } from './html/page-style.ts';
import { renderMarkdown } from './markdown/render-markdown.ts';
import { renderText } from './text/render-text.ts';

/** A report as canonical JSON. `chooseWords` returns its origin's texts. `loadManifest` returns its run's manifest. */
export type ReportSource = {
  json: string;
  chooseWords(report: Report): OriginWords;
  loadManifest(): Promise<string>;
};

type Rendering<Subject, Text> = { schema?: z.ZodType; render(subject: Subject): Text | Promise<Text> };

/** An output format of reports. The format is available for comparisons only if `comparison` is present. */
type Format = {
  /** Name of the format in operation ids, such as `Csv` in `getReportCsv`. Empty for the default format. */
  name: string;
  /** Ending of the format's paths, such as `.csv`. Empty for the default format. */
  ending: string;
  /** End of the summary of an operation, such as ` as CSV`. Empty for the default format. */
  suffix: string;
  contentType: string;
  contentSecurityPolicy?: string;
  /** Renders a text or its pieces. `isStored` is true if the text is the stored report, which needs no rendering. */
  report: Rendering<ReportSource, string | readonly string[]> & { isStored?: boolean };
  comparison?: Rendering<RunsComparison, string>;
};

/** Creates the functions that render reports and comparisons in a format. Both functions first compose a document. */
function renderDocuments(
  render: (document: Document) => string | Promise<string>,
  composeReport: (report: Report, words: OriginWords, source: ReportSource) => Document | Promise<Document>,
): Pick<Format, 'report' | 'comparison'> {
  const renderReport = async (source: ReportSource) => {
    const report = readReport(source.json);
    return render(await composeReport(report, source.chooseWords(report), source));
  };
  return {
    report: { render: renderReport },
    comparison: { render: (comparison) => render(composeComparison(comparison)) },
  };
}

/** The formats of reports and comparisons, by key. The first one is the default. */
const formats: Readonly<Record<string, Format>> = {
  json: {
    name: '',
    ending: '',
    suffix: '',
    contentType: 'application/json',
    report: { schema: reportSchema, render: ({ json }) => json, isStored: true },
    comparison: { schema: runsComparisonSchema, render: (comparison) => JSON.stringify(comparison) },
  },
  text: {
    name: 'Text',
    ending: '.txt',
    suffix: ' as text tables for a terminal',
    contentType: 'text/plain; charset=UTF-8',
    ...renderDocuments(renderText, (report, words) => composeSummary(report, words)),
  },
  csv: {
    name: 'Csv',
    ending: '.csv',
    suffix: ' as CSV with one value per row',
    contentType: 'text/csv; charset=utf-8; header=present',
    report: { render: ({ json }) => renderCsv(readReport(json)) },
  },
  md: {
    name: 'Markdown',
    ending: '.md',
    suffix: ' as Markdown',
    contentType: 'text/markdown; charset=utf-8',
    ...renderDocuments(renderMarkdown, (report, words) => composeSummary(report, words, { hasCommands: true })),
  },
  html: {
    name: 'Html',
    ending: '.html',
    suffix: ' as a self-contained HTML page with charts',
    contentType: 'text/html; charset=UTF-8',
    // `frame-ancestors` only works in an HTTP header, so it is not in the page's own policy.
    contentSecurityPolicy: `${reportContentSecurityPolicy}; frame-ancestors 'none'`,
    ...renderDocuments(
      // The HTML renderer is loaded on first use, because it needs a large chart library.
      async (document) => (await import('./html/render-html.ts')).renderHtml(document),
      async (report, words, { loadManifest }) =>
        composePage(report, words.explainNoRerun === null ? await loadManifest() : null, words),
    ),
  },
};

export const reportFormats = selectFormats(({ report }) => report);
export const comparisonFormats = selectFormats(({ comparison }) => comparison);

function selectFormats<Chosen extends object>(select: (format: Format) => Chosen | undefined) {
  const selected = Object.entries(formats).flatMap(([key, format]) => {
    const { name, ending, suffix, contentType, contentSecurityPolicy: policy } = format;
    const headers = { 'Content-Type': contentType, ...(policy && { 'Content-Security-Policy': policy }) };
    const rendering = select(format);
    return rendering === undefined
      ? []
      : [[key, { key, name, ending, suffix, contentType, headers, schema: z.string(), ...rendering }] as const];
  });
  return Object.fromEntries(selected);
}
