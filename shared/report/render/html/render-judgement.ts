import { html } from 'hono/html';
import type { AssertionResult, Report } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatNumber } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import type { Footnotes } from '../text/footnotes.ts';
import { dataTable } from './data-table.ts';
import type { Html } from './html.ts';
import { measuredCell } from './measured-cell.ts';

/** More than this are folded, lest they keep the charts from being seen. */
const maxLines = 6;
const maxAssertions = 12;

/** The verdict on each assertion, why the numbers are trusted or not, and what to keep in mind. */
export function renderJudgement(report: Report, footnotes: Footnotes): Html {
  const labels = stageLabels(report);
  return html`<h3>Verdict: ${describeVerdict(report)}</h3>${assertions(report, footnotes)}<h3>Trust: ${report.trust.result}</h3>${trust(report)}${notes(report, labels)}`;
}

export function describeVerdict({ verdict }: Report): string {
  if (verdict.result === null) return 'nothing was asserted';
  return verdict.certainty === 'inconclusive' ? `${verdict.result}, not for sure` : verdict.result;
}

function assertions({ verdict, ...report }: Report, footnotes: Footnotes): Html {
  if (verdict.assertions.length === 0) return html`<p>The spec of the run asserts nothing.</p>`;
  const labels = stageLabels({ verdict, ...report });
  const table = dataTable({
    caption: 'Assertions of the spec',
    head: ['Where', 'Asserted', 'Result', 'Certainty', 'Value', 'n'],
    rows: verdict.assertions.map((result) => rowOf(result, labels, footnotes)),
    textColumns: 4,
  });
  if (verdict.assertions.length <= maxAssertions) return table;
  return html`<p>${countResults(verdict.assertions)}</p><details><summary>Each of them</summary>${table}</details>`;
}

/** "19 of 36 assertions hold, 11 of them for sure; 17 do not, 8 of them for sure." */
function countResults(results: readonly AssertionResult[]): string {
  const sure = (pass: boolean) =>
    results.filter((each) => each.pass === pass && each.certainty === 'conclusive').length;
  const [passed, failed] = [true, false].map((pass) => results.filter((each) => each.pass === pass).length);
  return `${passed} of ${results.length} hold, ${sure(true)} of them for sure; ${failed} do not, ${sure(false)} of them for sure.`;
}

function rowOf(result: AssertionResult, labels: Map<number, string>, footnotes: Footnotes): (string | Html)[] {
  const { assertion, targetId, stageIndex, pass, value, n, reason, interval, certainty, certaintyReason, decidingN } =
    result;
  const what = 'statistic' in assertion ? `${assertion.metric} ${assertion.statistic}` : assertion.metric;
  const ofBaseline = 'relativeToBaseline' in assertion && assertion.relativeToBaseline ? ' of the baseline' : '';
  const more = decidingN === null ? '' : `; about ${formatNumber(decidingN, 0)} values could tell`;
  return [
    stageIndex === null ? targetId : (labels.get(stageIndex) ?? targetId),
    `${what} ${assertion.op} ${formatLimit(assertion.value)}${ofBaseline}`,
    pass ? html`<span class="badge good">pass</span>` : html`<span class="badge bad">fail</span>`,
    certainty === null ? '–' : certainty === 'conclusive' ? 'sure' : `not sure: ${certaintyReason}${more}`,
    measuredCell(value, interval, reason, footnotes),
    formatNumber(n, 0),
  ];
}

/** As it was given, with thousands separated. */
function formatLimit(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function trust({ trust: { result, reasons } }: Report): Html {
  if (result === 'ok')
    return html`<p>Nothing was found that could make the numbers wrong: the instrument kept its schedule and its error bar, and the load was what was asked for. <a href="#instrument">How far it can be believed</a>.</p>`;
  const lines = reasons.map((reason) => html`<li>${plainText(reason)}</li>`);
  const [first, others] = [lines.slice(0, maxLines), lines.slice(maxLines)];
  const more =
    others.length === 0 ? '' : html`<details><summary>${others.length} more</summary><ul>${others}</ul></details>`;
  return html`<p>These may make the numbers wrong:</p><ul>${first}</ul>${more}`;
}

function notes({ stages }: Report, labels: Map<number, string>): Html | string {
  const lines = stages.flatMap(({ stageIndex, warnings }) =>
    warnings.map((warning) => `${labels.get(stageIndex) ?? ''}: ${plainText(warning)}`),
  );
  if (lines.length === 0) return '';
  const list = html`<ul>${[...new Set(lines)].map((line) => html`<li>${line}</li>`)}</ul>`;
  if (lines.length <= maxLines) return html`<h3>To keep in mind</h3>${list}`;
  return html`<details><summary><h3>To keep in mind: ${lines.length} notes</h3></summary>${list}</details>`;
}
