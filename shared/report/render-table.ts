import type { Report } from './report.ts';
import { createFootnotes } from './text/footnotes.ts';
import { renderBaseline } from './text/render-baseline.ts';
import { renderComparisons } from './text/render-comparisons.ts';
import { renderCost } from './text/render-cost.ts';
import { renderGoodput } from './text/render-goodput.ts';
import { renderHeader } from './text/render-header.ts';
import { renderInstrument } from './text/render-instrument.ts';
import { renderJudgement } from './text/render-judgement.ts';
import { renderLatencies } from './text/render-latencies.ts';
import { renderOutcomes } from './text/render-outcomes.ts';
import { renderRegressions } from './text/render-regressions.ts';
import { renderSweeps } from './text/render-sweeps.ts';
import { renderThroughput } from './text/render-throughput.ts';
import { renderTurns } from './text/render-turns.ts';
import { wrapText } from './text/wrap-text.ts';

const width = 100;

/**
 * The report as plain text of 100 columns, without colour: what a reader looks for first. A missing number is a dash with
 * the number of its reason. Ends in a line break.
 */
export function renderTable(report: Report): string {
  const footnotes = createFootnotes();
  const sections: [title: string, lines: string[]][] = [
    ['Latency of good requests', renderLatencies(report, footnotes)],
    ['Load and throughput', renderThroughput(report, footnotes)],
    ['Sweep', renderSweeps(report, footnotes, width)],
    ['Outcomes and answers', renderOutcomes(report, footnotes, width)],
    ['Goodput against the slos', renderGoodput(report, footnotes)],
    ['Turns of the conversations', renderTurns(report, footnotes)],
    ['Against the baseline', renderBaseline(report, width)],
    ['Side by side', renderComparisons(report, width)],
    ['What tokens cost in time (± half of the 95 % interval)', renderRegressions(report, width)],
    ['What tokens cost in money', renderCost(report, footnotes, width)],
    ['How far the instrument can be believed', renderInstrument(report, footnotes)],
    ['Judgement', renderJudgement(report, width)],
    ['No number', footnotes.lines().flatMap((line) => wrapText(line, width, '    '))],
    ['Where the numbers come from', sources(report).flatMap((line) => wrapText(line, width))],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  const body = shown.flatMap(([title, lines]) => ['', `── ${title} `.padEnd(width, '─'), ...lines]);
  return `${[...renderHeader(report, width), ...body].join('\n')}\n`;
}

function sources(report: Report): string[] {
  return [
    "Times are from one monotonic clock per worker, from handing a request to the socket to its first (TTFT) and last (end to end) output. ITL = end to end / N, TTFT included; TPOT = (last − first output) / (N − 1). N and all token counts are by the Llama 2 tokenizer; cost is by the server's usage where given. Quantiles interpolate between raw values (type 7). The whole window runs from the first start to the last end; the steady window leaves out ramp and drain. Regressions: least squares, HC3 errors. The JSON report has every formula.",
    `Manifest ${report.run.manifestSha256}; tokenmeter ${report.tokenmeterVersion}.`,
  ];
}
