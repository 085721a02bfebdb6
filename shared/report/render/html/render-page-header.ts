import { html } from 'hono/html';
import type { Report } from '../../model/report.ts';
import { targetLabels } from '../../words/describe-load.ts';
import { plainText } from '../../words/plain-text.ts';
import { describeOutcomes } from '../render-run-headline.ts';
import type { Footnotes } from '../text/footnotes.ts';
import { renderHeader } from '../text/render-header.ts';
import { conditionsOf } from './conditions.ts';
import type { Html } from './html.ts';
import { renderHeadlineFigures } from './render-headline-figures.ts';
import { describeVerdict } from './render-judgement.ts';
import { reportTitle } from './report-title.ts';

const wide = Number.POSITIVE_INFINITY;

/** Which run it was, how it came out, its first numbers, and what was asked of whom under which conditions. */
export function renderPageHeader(report: Report, footnotes: Footnotes): Html {
  const { trust, verdict } = report;
  const tone = verdict.result === null ? 'plain' : verdict.result === 'pass' ? 'good' : 'bad';
  const outcomes = [describeOutcomes(report), ...describeSilent(report)].join('; ');
  return html`<header><p class="kind">${kindOf(report)}</p><h1>${reportTitle(report)}</h1><p class="headline">${outcomes}.</p>${findings(report)}<ul class="badges"><li class="badge ${tone}"><a href="#judgement">Verdict: ${describeVerdict(report)}</a></li><li class="badge ${trust.result === 'ok' ? 'good' : 'bad'}"><a href="#judgement">Trust: ${trust.result}</a></li>${baselineBadge(report)}</ul>${suspicions(report)}${renderHeadlineFigures(report, footnotes)}<dl class="facts">${facts(report)}</dl></header>`;
}

/** Targets without any good request, where others have some: their lack must not be lost among many numbers. */
function describeSilent(report: Report): string[] {
  if (report.targets.every(({ counts }) => counts.ok === 0)) return [];
  const labels = targetLabels(report);
  const silent = report.targets.filter(({ counts }) => counts.ok === 0);
  return silent.map(({ targetId, counts }) => `${labels.get(targetId) ?? targetId}: none of ${counts.planned}`);
}

function kindOf({ run: { source, createdAt }, tokenmeterVersion }: Report): string {
  const day = createdAt.slice(0, 10);
  return source === 'imported'
    ? `Results of LLMPerf · imported ${day} by Tokenmeter ${tokenmeterVersion}`
    : `Performance report · ${day} · Tokenmeter ${tokenmeterVersion}`;
}

/** What a search has found. */
function findings(report: Report): Html | string {
  const labels = targetLabels(report);
  const lines = report.sweeps.flatMap(({ targetId, finding }) =>
    finding === null ? [] : [`${labels.get(targetId) ?? targetId}: ${finding.statement}`],
  );
  return lines.length === 0
    ? ''
    : html`<ul class="findings">${lines.map((line) => html`<li>${plainText(line)}</li>`)}</ul>`;
}

function baselineBadge({ baseline }: Report): Html | string {
  if (baseline === null) return '';
  const verdict = baseline.comparison?.verdict ?? 'no comparison';
  const tone = verdict === 'worse' ? 'bad' : verdict === 'better' || verdict === 'same' ? 'good' : 'plain';
  return html`<li class="badge ${tone}"><a href="#baseline">Baseline: ${verdict}</a></li>`;
}

/** Why not to believe the numbers stands before them. */
function suspicions({ trust: { reasons } }: Report): Html | string {
  const [first, ...others] = reasons;
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : html` <a href="#judgement">and ${others.length} more</a>`;
  return html`<p class="suspect">${plainText(first)}${more}</p>`;
}

/** The lines of the plain report's header: a label, two spaces or more, and a text. */
function facts(report: Report): Html[] {
  const [, , ...lines] = renderHeader(report, wide);
  const { runId, manifestSha256, promptDigest, rerunOf, metadata, source } = report.run;
  const ownFacts: [string, string][] = [
    ['Run', rerunOf === null ? runId : `${runId}, which repeats ${rerunOf}`],
    [source === 'imported' ? 'Files' : 'Manifest', `SHA-256 ${manifestSha256}`],
    ...(promptDigest === null
      ? []
      : [['', `first ${promptDigest.count} prompts ${promptDigest.sha256}`] satisfies [string, string]]),
    ...Object.entries(metadata).map(([key, value]): [string, string] => [plainText(key), plainText(value)]),
  ];
  const conditions = conditionsOf(report);
  const isTimed = conditions.some(([label]) => label === 'Measured');
  const headerFacts = lines
    .map((line): [string, string] => [line.slice(0, 10).trim(), line.slice(10).trim()])
    .filter(([label]) => !(isTimed && label === 'Started'));
  return grouped([...headerFacts, ...conditions, ...ownFacts]).map(
    ([label, texts]) => html`<div><dt>${label}</dt>${texts.map((text) => html`<dd>${text}</dd>`)}</div>`,
  );
}

/** Lines without a label belong to the one before. */
function grouped(facts: readonly [string, string][]): [string, string[]][] {
  const groups: [string, string[]][] = [];
  for (const [label, text] of facts) {
    const last = groups.at(-1);
    if (label === '' && last !== undefined) last[1].push(text);
    else groups.push([label, [text]]);
  }
  return groups;
}
