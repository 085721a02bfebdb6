import type { Report } from '../model/report.ts';
import { describeFailure, rankFailures } from '../words/describe-failure.ts';
import { formatNumber, plainText, shortText } from '../words/format-text.ts';

const maxClasses = 2;
const maxMessageLength = 160;

/** Summarizes a run in one line: its name, its outcomes, its trust result and its verdict. */
export function summarizeRun(report: Report): string {
  const { run, verdict, trust } = report;
  const name = run.name === null ? run.runId : `${plainText(run.name)} (${run.runId})`;
  const judged = verdict.result === null ? 'no assertions' : `verdict ${verdict.result}`;
  const stop = hasFailed(report) ? ';' : ',';
  return `${name}: ${describeOutcomes(report)}${stop} trust ${trust.result}, ${judged}`;
}

type Counted = 'planned' | 'issued' | 'ok' | 'failed' | 'canceled' | 'notSent';

function sum({ targets }: Pick<Report, 'targets'>, name: Counted): number {
  return targets.reduce((total, { counts }) => total + counts[name], 0);
}

/** Returns whether most requests failed or no request is ok. */
function hasFailed(report: Pick<Report, 'targets'>): boolean {
  return sum(report, 'ok') === 0 || sum(report, 'failed') * 2 > sum(report, 'issued');
}

/** Describes how many requests are ok, and the causes if most requests failed. */
export function describeOutcomes(report: Pick<Report, 'targets'>): string {
  const count = (name: Counted) => formatNumber(sum(report, name), 0);
  const failures = describeFailures(report.targets);
  if (sum(report, 'ok') > 0) {
    const good = `${count('ok')} of ${count('planned')} requests ok`;
    return hasFailed(report) ? `${good}; ${count('failed')} FAILED: ${failures}` : good;
  }
  const planned = sum(report, 'planned');
  if (sum(report, 'failed') === planned)
    return `NO RESULTS: ${planned === 1 ? 'the only request' : `all ${count('planned')} requests`} failed: ${failures}`;
  const others = [
    ...(failures === '' ? [] : [failures]),
    ...(sum(report, 'canceled') > 0 ? [`${count('canceled')} canceled`] : []),
    ...(sum(report, 'notSent') > 0 ? [`${count('notSent')} not sent`] : []),
  ];
  return `NO RESULTS: 0 of ${count('planned')} requests ok: ${others.join(', ')}`;
}

/** Describes the largest failure classes with their most frequent message: "4 connect (The connection failed)". */
function describeFailures(targets: Report['targets']): string {
  const ranked = rankFailures(targets.map(({ counts }) => counts));
  const groups = targets.flatMap(({ errors }) => errors).sort((a, b) => b.count - a.count);
  const named = ranked.slice(0, maxClasses).map(({ outcome, count }) => {
    const group = groups.find((each) => each.outcome === outcome);
    const text = group === undefined ? '' : shortText(describeFailure(group), maxMessageLength);
    return `${formatNumber(count, 0)} ${outcome}${text === '' ? '' : ` (${text})`}`;
  });
  const rest = ranked.slice(maxClasses).reduce((total, { count }) => total + count, 0);
  return [...named, ...(rest === 0 ? [] : [`${formatNumber(rest, 0)} other failures`])].join(', ');
}
