import { html } from 'hono/html';
import type { Report } from '../report.ts';
import { createFootnotes, type Footnotes } from '../text/footnotes.ts';
import { plainText } from '../text/plain-text.ts';
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

function sectionsOf(report: Report, manifest: string | null, footnotes: Footnotes): PageSection[] {
  const outcomes = () => ({
    id: 'outcomes',
    title: 'Outcomes and answers',
    body: captureSection('How requests ended, and what the answers were worth', (table) =>
      renderOutcomes(report, footnotes, wide, table),
    ),
  });
  // Of a run without numbers, how its requests ended is what there is to know.
  const hasNumbers = report.stages.some(({ counts }) => counts.ok > 0);
  // The order of this list numbers the footnotes; the last but two shows them, so it is made after all that have any.
  const before: PageSection[] = [
    { id: 'glance', title: 'At a glance', body: renderGlance(report, footnotes) },
    { id: 'judgement', title: 'Verdict and trust', body: renderJudgement(report, footnotes) },
    ...(hasNumbers ? [] : [outcomes()]),
    { id: 'charts', title: 'Charts', body: renderCharts(report) },
    { id: 'comparison', title: 'Side by side', body: renderComparison(report, footnotes) },
    {
      id: 'baseline',
      title: 'Against the baseline',
      body: captureSection('The run beside its baseline', (table) => renderBaseline(report, wide, table)),
    },
    {
      id: 'sweep',
      title: 'Sweep',
      body: captureSection('Levels of the sweep, by load', (table) => renderSweeps(report, footnotes, wide, table)),
    },
    { id: 'metrics', title: 'Every metric of requests', body: renderMetrics(report, footnotes) },
    {
      id: 'throughput',
      title: 'Load and throughput',
      body: captureSection('Load and throughput, over the whole and the steady window', (table) =>
        renderThroughput(report, footnotes, table),
      ),
    },
    ...(hasNumbers ? [outcomes()] : []),
    {
      id: 'goodput',
      title: 'Goodput against the objectives',
      body: captureSection('Share of requests that meet the objectives', (table) =>
        renderGoodput(report, footnotes, table),
      ),
    },
    {
      id: 'turns',
      title: 'Turns of the conversations',
      body: captureSection('By turn', (table) => renderTurns(report, footnotes, table)),
    },
    {
      id: 'regressions',
      title: 'What tokens cost in time',
      body: captureSection('', () => renderRegressions(report, wide)),
    },
    {
      id: 'cost',
      title: 'What tokens cost in money',
      body: captureSection('USD, at the prices of each target', (table) => renderCost(report, footnotes, wide, table)),
    },
    {
      id: 'service',
      title: 'What the run takes of AWS',
      body: captureSection('What the service uses besides the tokens', (table) => renderService(report, wide, table)),
    },
    {
      id: 'instrument',
      title: 'How far the instrument can be believed',
      body: instrument(
        captureSection('Error bar of the instrument, and what may have disturbed it', (table) =>
          renderInstrument(report, footnotes, table),
        ),
      ),
    },
  ];
  return [
    ...before,
    { id: 'notes', title: 'Why a number is missing', body: notes(footnotes.lines()) },
    { id: 'definitions', title: 'What each number means', body: renderDefinitions(report) },
    { id: 'reproduce', title: 'How to reproduce', body: renderReproduce(report, manifest) },
  ];
}

function instrument(body: Html[]): Html[] {
  if (body.length === 0) return [];
  return [
    html`<p>While it measures, the instrument reads a reference stream whose send instants are known, through the same client in the same thread. How late those arrivals were stamped is its error bar: a time on this page may be too long by as much, hardly ever by more than its p99.</p>`,
    ...body,
  ];
}

/** Footnotes come as "[1] reason". */
function notes(lines: readonly string[]): Html | string {
  if (lines.length === 0) return '';
  return html`<ol>${lines.map((line, i) => html`<li id="note-${i + 1}">${plainText(line.slice(line.indexOf('] ') + 2))}</li>`)}</ol>`;
}
