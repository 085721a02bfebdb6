import { html } from 'hono/html';
import type { Report } from '../../model/report.ts';
import { plainText } from '../../words/plain-text.ts';
import { createFootnotes, type Footnotes } from '../text/footnotes.ts';
import { renderBaseline } from '../text/render-baseline.ts';
import { renderCost } from '../text/render-cost.ts';
import { renderGoodput } from '../text/render-goodput.ts';
import { renderInstrument } from '../text/render-instrument.ts';
import { renderOutcomes } from '../text/render-outcomes.ts';
import { renderRegressions } from '../text/render-regressions.ts';
import { renderService } from '../text/render-service.ts';
import { renderSweeps } from '../text/render-sweeps.ts';
import { renderThroughput } from '../text/render-throughput.ts';
import { renderTurns } from '../text/render-turns.ts';
import { captureSection } from './capture-section.ts';
import type { Html } from './html.ts';
import { renderCharts } from './render-charts.ts';
import { renderComparison } from './render-comparison.ts';
import { renderDefinitions } from './render-definitions.ts';
import { renderGlance } from './render-glance.ts';
import { renderJudgement } from './render-judgement.ts';
import { renderMetrics } from './render-metrics.ts';
import { type PageSection, renderPage } from './render-page.ts';
import { renderPageHeader } from './render-page-header.ts';
import { renderReproduce } from './render-reproduce.ts';
import { reportTitle } from './report-title.ts';

const wide = Number.POSITIVE_INFINITY;

/**
 * The report as one HTML page that needs nothing else: no script, no request, its style and charts within. The same report
 * and manifest give the same bytes.
 * @param manifest canonical JSON of the run's manifest; null where it has none
 */
export function renderHtml(report: Report, manifest: string | null): string {
  const footnotes = createFootnotes();
  const header = renderPageHeader(report, footnotes);
  const sections = sectionsOf(report, manifest, footnotes);
  const { runId, manifestSha256 } = report.run;
  const footer = html`Run <code>${runId}</code>, manifest <code>${manifestSha256}</code>, Tokenmeter ${report.tokenmeterVersion}.`;
  return renderPage({ title: reportTitle(report), header, sections, footer });
}

/** The order of sections numbers the footnotes, so those that show or need them are made last. */
function sectionsOf(report: Report, manifest: string | null, footnotes: Footnotes): PageSection[] {
  return [
    ...mainSections(report, footnotes),
    ...tokenSections(report, footnotes),
    ...instrumentSections(report, footnotes),
    { id: 'notes', title: 'Why a number is missing', body: notes(footnotes.lines()) },
    { id: 'definitions', title: 'What each number means', body: renderDefinitions(report) },
    { id: 'reproduce', title: 'How to reproduce', body: renderReproduce(report, manifest) },
  ];
}

function mainSections(report: Report, footnotes: Footnotes): PageSection[] {
  const outcomes = () =>
    captured('outcomes', 'Outcomes and answers', 'How requests ended, and what the answers were worth', (table) =>
      renderOutcomes(report, footnotes, wide, table),
    );
  // Of a run without numbers, how its requests ended is what there is to know.
  const hasNumbers = report.stages.some(({ counts }) => counts.ok > 0);
  return [
    { id: 'glance', title: 'At a glance', body: renderGlance(report, footnotes) },
    { id: 'judgement', title: 'Verdict and trust', body: renderJudgement(report, footnotes) },
    ...(hasNumbers ? [] : [outcomes()]),
    { id: 'charts', title: 'Charts', body: renderCharts(report) },
    { id: 'comparison', title: 'Side by side', body: renderComparison(report, footnotes) },
    captured('baseline', 'Against the baseline', 'The run beside its baseline', (table) =>
      renderBaseline(report, wide, table),
    ),
    captured('sweep', 'Sweep', 'Levels of the sweep, by load', (table) => renderSweeps(report, footnotes, wide, table)),
    { id: 'metrics', title: 'Every metric of requests', body: renderMetrics(report, footnotes) },
    captured(
      'throughput',
      'Load and throughput',
      'Load and throughput, over the whole and the steady window',
      (table) => renderThroughput(report, footnotes, table),
    ),
    ...(hasNumbers ? [outcomes()] : []),
    captured('goodput', 'Goodput against the SLOs', 'Share of requests that meet the SLOs', (table) =>
      renderGoodput(report, footnotes, table),
    ),
    captured('turns', 'Turns of the conversations', 'By turn', (table) => renderTurns(report, footnotes, table)),
  ];
}

function tokenSections(report: Report, footnotes: Footnotes): PageSection[] {
  return [
    captured('regressions', 'What tokens cost in time', '', () => renderRegressions(report, wide)),
    captured('cost', 'What tokens cost in money', 'USD, at the prices of each target', (table) =>
      renderCost(report, footnotes, wide, table),
    ),
  ];
}

function instrumentSections(report: Report, footnotes: Footnotes): PageSection[] {
  const instrument = captured(
    'instrument',
    'How far the instrument can be believed',
    'Error bar of the instrument, and what may have disturbed it',
    (table) => renderInstrument(report, footnotes, table),
  );
  return [
    captured('service', 'What the run takes of AWS', 'What the service uses besides the tokens', (table) =>
      renderService(report, wide, table),
    ),
    { ...instrument, body: instrument.body.length === 0 ? [] : [aboutErrorBar, ...instrument.body] },
  ];
}

/** What a renderer of text says, as a section: its tables with a caption, its lines as a list. */
function captured(
  id: string,
  title: string,
  caption: string,
  render: Parameters<typeof captureSection>[1],
): PageSection & { body: Html[] } {
  return { id, title, body: captureSection(caption, render) };
}

const aboutErrorBar = html`<p>While it measures, the instrument reads a reference stream whose send instants are known, through the same client in the same thread. How late those arrivals were stamped is its error bar: a time on this page may be too long by as much, hardly ever by more than its p99.</p>`;

/** Footnotes come as "[1] reason". */
function notes(lines: readonly string[]): Html | string {
  if (lines.length === 0) return '';
  return html`<ol>${lines.map((line, i) => html`<li id="note-${i + 1}">${plainText(line.slice(line.indexOf('] ') + 2))}</li>`)}</ol>`;
}
