import { html } from 'hono/html';
import type { Changed, RunComparison } from '../../model/run-comparison.ts';
import type { ComparedRun, RunsComparison } from '../../model/runs-comparison.ts';
import { formatShort } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import { describePairing, nameTwins } from '../comparison/comparison-sections.ts';
import { dataTable } from './data-table.ts';
import { figureName } from './figure-name.ts';
import { formatProbability } from './format-probability.ts';
import type { Html } from './html.ts';
import { type PageSection, renderPage } from './render-page.ts';

type OtherRun = RunsComparison['runs'][number];
type Verdict = RunComparison['verdict'];

/** Runs side by side as one page that needs nothing else: each further run against the base, stage by stage. */
export function renderComparisonPage(comparison: RunsComparison): string {
  const { base, runs } = comparison;
  const title = `${runs.map(({ label }) => plainText(label)).join(', ')} against ${plainText(base.label)}`;
  return renderPage({
    title,
    header: renderHeader(comparison, title),
    sections: runs.map((run, i) => renderRun(run, i, comparison)),
    footer: html`Base <code>${base.runId}</code>; runs ${runs.map(({ runId }, i) => html`${i === 0 ? '' : ', '}<code>${runId}</code>`)}.`,
  });
}

function renderHeader({ base, runs }: RunsComparison, title: string): Html {
  const badges = runs.map(
    ({ label, comparison: { verdict } }, i) =>
      html`<li class="badge ${toneOf(verdict)}"><a href="#run-${i + 1}">${plainText(label)}: ${nameOf(verdict)}</a></li>`,
  );
  return html`<header><p class="kind">Runs side by side · Tokenmeter</p><h1>${title}</h1><ul class="badges">${badges}</ul>${runsTable([base, ...runs])}</header>`;
}

function runsTable(runs: readonly ComparedRun[]): Html {
  return dataTable({
    caption: 'The runs, the base first',
    head: ['Run', 'Id', 'Source', 'Created', 'Targets', 'Trust'],
    rows: runs.map(({ label, runId, source, createdAt, targets, trust }, i) => [
      `${i === 0 ? 'Base: ' : ''}${label}`,
      html`<code>${runId}</code>`,
      source,
      html`<span class="date">${createdAt.slice(0, 10)}</span>`,
      targets.map(({ targetId, model }) => (targetId === model ? targetId : `${targetId} (${model})`)).join(', '),
      trustCell(trust),
    ]),
    textColumns: 6,
  });
}

/** The first reason to doubt; the run's own report has all of them. */
function trustCell({ result, reasons: [first, ...others] }: ComparedRun['trust']): Html {
  const tone = result === 'ok' ? 'good' : 'bad';
  const more = others.length === 0 ? '' : `, and ${others.length} more in its report`;
  const why = first === undefined ? '' : html`<small class="why">${plainText(first)}${more}</small>`;
  return html`<span class="badge ${tone}">${result}</span>${why}`;
}

function nameOf(verdict: Verdict): string {
  return verdict ?? 'no verdict';
}

function toneOf(verdict: Verdict): string {
  if (verdict === 'worse') return 'bad';
  return verdict === 'better' || verdict === 'same' ? 'good' : 'plain';
}

function badge(verdict: Verdict): Html {
  return html`<span class="badge ${toneOf(verdict)}">${nameOf(verdict)}</span>`;
}

function renderRun(run: OtherRun, position: number, { base }: RunsComparison): PageSection {
  const { comparison, notes, label } = run;
  const stages = comparison.stages.map(
    (stage) => html`<h3>${nameTwins(stage)} ${badge(stage.verdict)}</h3>${figuresTable(stage, label, base.label)}`,
  );
  const { unmatched } = comparison;
  const onlyIn = (where: string, stages: readonly string[]) =>
    stages.length === 0 ? [] : [`Only in the ${where}: ${stages.join('; ')}.`];
  const lines = [...notes, ...onlyIn('base', unmatched.base), ...onlyIn('run', unmatched.run)].map(
    (line) => html`<li>${plainText(line)}</li>`,
  );
  const list = lines.length === 0 ? '' : html`<ul>${lines}</ul>`;
  return {
    id: `run-${position + 1}`,
    title: `${plainText(label)} against ${plainText(base.label)}: ${nameOf(comparison.verdict)}`,
    body: html`${list}${stages}<p class="legend">${describePairing(comparison)}</p>`,
  };
}

function figuresTable(
  { targetId, stageIndex, metrics: figures }: RunComparison['stages'][number],
  label: string,
  baseLabel: string,
): Html | string {
  const known = figures.filter((figure) => figure.base !== null || figure.target !== null);
  if (known.length === 0) return '';
  return dataTable({
    caption: `${targetId}, stage ${stageIndex}: ${plainText(label)} against ${plainText(baseLabel)}`,
    head: ['Figure', 'Base', 'Run', 'Run / base', '95 %', 'p-value', 'n, base', 'n, run', 'Verdict'],
    rows: known.map(rowOf),
    textColumns: 1,
  });
}

function rowOf(figure: Changed): (string | Html)[] {
  const { base, target, ratio, verdictInterval, inference, nBase, nTarget, verdict, verdictReason } = figure;
  const show = (value: number | null) => (value === null ? '–' : formatShort(value));
  return [
    figureName(figure),
    show(base),
    show(target),
    ratio === null ? '–' : ratio.toFixed(3),
    verdictInterval === null ? '' : `${formatSigned(verdictInterval.low)} to ${formatSigned(verdictInterval.high)}`,
    inference === null ? '' : formatProbability(inference.test.pValue),
    String(nBase),
    String(nTarget),
    verdict === null ? html`<small class="why">${verdictReason ?? ''}</small>` : badge(verdict),
  ];
}

function formatSigned(value: number): string {
  return value.toFixed(3).replace(/^-/, '−');
}
