import type { Report } from '../../model/report.ts';
import { createFootnotes } from './footnotes.ts';
import { renderBaseline } from './render-baseline.ts';
import { renderComparisons } from './render-comparisons.ts';
import { renderCost } from './render-cost.ts';
import { renderGoodput } from './render-goodput.ts';
import { renderInstrument } from './render-instrument.ts';
import { renderJudgement } from './render-judgement.ts';
import { renderLatencies } from './render-latencies.ts';
import { renderOutcomes } from './render-outcomes.ts';
import { renderRegressions } from './render-regressions.ts';
import { renderService } from './render-service.ts';
import { renderSweeps } from './render-sweeps.ts';
import { renderThroughput } from './render-throughput.ts';
import { renderTurns } from './render-turns.ts';
import type { TableStyle } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

export type Section = { title: string; lines: string[] };

/**
 * What a reader looks for first, section by section; a section with nothing to say is left out. A missing number is a dash
 * with the number of its reason.
 * @param width where lines of words are broken; infinite: nowhere
 */
export function reportSections(report: Report, width: number, table: TableStyle): Section[] {
  const footnotes = createFootnotes();
  const sections: [title: string, lines: string[]][] = [
    ['Latency of good requests', renderLatencies(report, footnotes, table)],
    ['Load and throughput', renderThroughput(report, footnotes, table)],
    ['Sweep', renderSweeps(report, footnotes, width, table)],
    ['Outcomes and answers', renderOutcomes(report, footnotes, width, table)],
    ['Goodput against the slos', renderGoodput(report, footnotes, table)],
    ['Turns of the conversations', renderTurns(report, footnotes, table)],
    ['Against the baseline', renderBaseline(report, width, table)],
    ['Side by side', renderComparisons(report, width)],
    ['What tokens cost in time (± half of the 95 % interval)', renderRegressions(report, width)],
    ['What tokens cost in money', renderCost(report, footnotes, width, table)],
    ['What the run takes of AWS', renderService(report, width, table)],
    ['How far the instrument can be believed', renderInstrument(report, footnotes, table)],
    ['Judgement', renderJudgement(report, width)],
    ['No number', footnotes.lines().flatMap((line) => wrapText(line, width, '    '))],
    ['Where the numbers come from', sources(report).flatMap((line) => wrapText(line, width))],
  ];
  return sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => ({ title, lines }));
}

const ofMeasured =
  "Times are from one monotonic clock per worker, from handing a request to the socket to its first (TTFT) and last (end to end) output. ITL = end to end / N, TTFT included; TPOT = (last − first output) / (N − 1). N and all token counts are by the Llama 2 tokenizer; cost is by the server's usage where given. Quantiles interpolate between raw values (type 7). The full window runs from the first start to the last end; the steady window leaves out ramp and drain. Regressions: least squares, HC3 errors. The JSON report has every formula.";
const ofImported =
  'Times and counts are as LLMPerf recorded them; statistics are over its records, or, where only a summary was imported, as it wrote them. Quantiles interpolate between raw values (type 7). Regressions: least squares, HC3 errors. The JSON report has every formula.';

function sources({ run, tokenmeterVersion }: Report): string[] {
  return run.source === 'imported'
    ? [ofImported, `Files ${run.manifestSha256}; tokenmeter ${tokenmeterVersion}.`]
    : [ofMeasured, `Manifest ${run.manifestSha256}; tokenmeter ${tokenmeterVersion}.`];
}
