import type { Report, StageReport } from '../model/report.ts';
import { describeFailure, rankFailures } from '../words/describe-failure.ts';
import { cleanText, countThings, formatNumber, formatPercent, shortenText } from '../words/format-text.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import {
  makeAside,
  makeCountCell,
  makeLabelCell,
  makeList,
  makePercentCell,
  makePercentRange,
  makePlainCell,
  makeSizeCell,
  makeTable,
} from './make-blocks.ts';

const legend = makeAside(
  'A correct response repeats the number that the prompt requests (checksum), and its lines come from the poem in the prompt.',
);

const disturbedLegend = makeAside(
  'Disturbed requests were due or open while a worker stalled. The counts of outcomes include them; latencies, throughput, and shares do not.',
);

/** Writes the outcomes of the requests, the checks of their responses, and the failures by class. */
export function writeOutcomes({ stages }: Report, labels: Labels): Section {
  const hasDisturbed = stages.some(({ counts }) => counts.disturbed > 0);
  const rows = stages.map((stage) => {
    const { counts, errorRate, answers, slowFirstTokenShare } = stage;
    const lines = { ...answers.linesFromInput, value: answers.linesFromInput.mean };
    return [
      labels.stage(stage),
      ...[counts.planned, counts.ok, counts.failed, counts.canceled, counts.notSent].map(makeCountCell),
      ...(hasDisturbed ? [makeCountCell(counts.disturbed)] : []),
      ...[errorRate, answers.checksumOkRate, lines, slowFirstTokenShare].map(makePercentCell),
    ];
  });
  const head = [
    '',
    'planned',
    'ok',
    'failed',
    'canceled',
    'not sent',
    ...(hasDisturbed ? ['disturbed'] : []),
    'errors',
    'correct checksums',
    'lines from input',
    'TTFT > 3 s',
  ];
  const title = 'Request outcomes and response checks';
  const failures = stages.flatMap((stage) => listFailures(stage, labels.stage(stage)));
  const hasChecks = stages.some(({ answers }) => answers.checksumOkRate.n > 0 || answers.linesFromInput.n > 0);
  const blocks = [
    ...makeTable(title, head, rows, 1),
    ...(hasChecks ? [legend] : []),
    ...(hasDisturbed ? [disturbedLegend] : []),
    ...makeList(failures),
  ];
  return { id: 'outcomes', title, blocks };
}

function listFailures({ errors, counts, failures: { retryAfterMs } }: StageReport, label: string): string[] {
  const lines = errors.map((group) => {
    const text = describeFailure(group);
    const share = formatPercent(group.count / counts.issued);
    return `${label}: ${group.count} ${group.outcome} (${share})${text === '' ? '' : `: ${text}`}`;
  });
  const { n, p50 } = retryAfterMs;
  if (n === 0 || p50 === null) return lines;
  return [
    ...lines,
    `${label}: ${countThings(n, 'response')} requested a wait with Retry-After, median ${formatNumber(p50 / 1_000, 1)} s`,
  ];
}

/** Writes the share of requests that meet all SLOs, and the share for each SLO. Writes nothing if there are no SLOs. */
export function writeGoodput({ stages }: Report, labels: Labels): Section {
  const rows = stages.flatMap((stage) => {
    const { slos, goodputShare, windows } = stage;
    if (slos.length === 0) return [];
    const label = labels.stage(stage);
    return [
      [label, 'all', ...makeShareCells(goodputShare, stage), makePlainCell(windows.full.goodRequestsPerSecond)],
      ...slos.map(({ metric, max, min, sloShare }) => {
        const limits = [max === null ? [] : `<= ${max}`, min === null ? [] : `>= ${min}`].flat();
        return [makeLabelCell(label, 1), `${metric} ${limits.join(', ')}`, ...makeShareCells(sloShare, stage), ''];
      }),
    ];
  });
  const head = ['', 'SLO', 'n', 'met', '95 % interval', 'good/s'];
  return { id: 'goodput', title: 'Goodput', blocks: makeTable('Share of requests that meet the SLOs', head, rows, 2) };
}

function makeShareCells(share: StageReport['goodputShare'], stage: StageReport): Cell[] {
  return [makeSizeCell(share.n, stage), makePercentCell(share), makePercentRange(share.interval)];
}

const maxClasses = 2;
const maxMessageLength = 160;

/** Summarizes a run in one line: its name, its outcomes, whether it can be trusted, and its verdict. */
export function summarizeRun(report: Report): string {
  const { run, verdict, trust } = report;
  const name = run.name === null ? run.runId : `${cleanText(run.name)} (${run.runId})`;
  const judged = verdict.result === null ? 'no assertions' : `verdict: ${verdict.result}`;
  return `${name}: ${describeOutcomes(report)}; measurement quality: ${trust.result}; ${judged}`;
}

type Counted = 'planned' | 'issued' | 'ok' | 'failed' | 'canceled' | 'notSent';

function sum({ targets }: Pick<Report, 'targets'>, name: Counted): number {
  return targets.reduce((total, { counts }) => total + counts[name], 0);
}

/** Describes how many requests succeeded. If most requests failed, also describes the causes. */
export function describeOutcomes(report: Pick<Report, 'targets'>): string {
  const count = (name: Counted) => formatNumber(sum(report, name), 0);
  const failures = describeFailures(report.targets);
  if (sum(report, 'ok') > 0) {
    const good = `${count('ok')} of ${count('planned')} requests succeeded`;
    const isMostlyFailed = sum(report, 'failed') * 2 > sum(report, 'issued');
    return isMostlyFailed ? `${good}; ${count('failed')} FAILED: ${failures}` : good;
  }
  const planned = sum(report, 'planned');
  if (sum(report, 'failed') === planned)
    return `NO RESULTS: ${planned === 1 ? 'the only request' : `all ${count('planned')} requests`} failed: ${failures}`;
  const others = [
    ...(failures === '' ? [] : [failures]),
    ...(sum(report, 'canceled') > 0 ? [`${count('canceled')} canceled`] : []),
    ...(sum(report, 'notSent') > 0 ? [`${count('notSent')} not sent`] : []),
  ];
  return `NO RESULTS: 0 of ${count('planned')} requests succeeded: ${others.join(', ')}`;
}

/** Describes the largest failure classes with their most frequent message: "4 connect (The connection failed)". */
function describeFailures(targets: Report['targets']): string {
  const ranked = rankFailures(targets.map(({ counts }) => counts));
  const groups = targets.flatMap(({ errors }) => errors).sort((a, b) => b.count - a.count);
  const named = ranked.slice(0, maxClasses).map(({ outcome, count }) => {
    const group = groups.find((each) => each.outcome === outcome);
    const text = group === undefined ? '' : shortenText(describeFailure(group), maxMessageLength);
    return `${formatNumber(count, 0)} ${outcome}${text === '' ? '' : ` (${text})`}`;
  });
  const rest = ranked.slice(maxClasses).reduce((total, { count }) => total + count, 0);
  return [...named, ...(rest === 0 ? [] : [`${formatNumber(rest, 0)} other failures`])].join(', ');
}
