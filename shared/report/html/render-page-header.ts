import { html } from 'hono/html';
import { renderRunHeadline } from '../render-run-headline.ts';
import type { Report } from '../report.ts';
import { plainText } from '../text/plain-text.ts';
import { renderHeader } from '../text/render-header.ts';
import type { Html } from './html.ts';
import { describeVerdict } from './render-judgement.ts';

const wide = Number.POSITIVE_INFINITY;

/** Which run it was, how it came out, and what was asked of whom. */
export function renderPageHeader(report: Report): Html {
  const { run, trust, verdict } = report;
  const headline = renderRunHeadline(report);
  const name = run.name === null ? run.runId : plainText(run.name);
  const tone = verdict.result === null ? 'plain' : verdict.result === 'pass' ? 'good' : 'bad';
  return html`<header><p class="kind">Performance report · Tokenmeter ${report.tokenmeterVersion}</p><h1>${name}</h1><p class="headline">${headline.slice(headline.indexOf(': ') + 2)}</p><ul class="badges"><li class="badge ${tone}"><a href="#judgement">Verdict: ${describeVerdict(report)}</a></li><li class="badge ${trust.result === 'ok' ? 'good' : 'bad'}"><a href="#judgement">Trust: ${trust.result}</a></li>${baselineBadge(report)}</ul>${suspicions(report)}<dl class="facts">${facts(report)}</dl></header>`;
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
  const { runId, manifestSha256, rerunOf, metadata, source } = report.run;
  const ownFacts: [string, string][] = [
    ['Run', rerunOf === null ? runId : `${runId}, which repeats ${rerunOf}`],
    [source === 'imported' ? 'Files' : 'Manifest', `SHA-256 ${manifestSha256}`],
    ...Object.entries(metadata).map(([key, value]): [string, string] => [plainText(key), plainText(value)]),
  ];
  const headerFacts = lines.map((line): [string, string] => [line.slice(0, 10).trim(), line.slice(10).trim()]);
  return grouped([...headerFacts, ...ownFacts]).map(
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
