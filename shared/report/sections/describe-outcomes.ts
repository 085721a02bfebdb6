import type { Report } from '../model/report.ts';
import { describeFailure, rankFailures } from '../words/describe-failure.ts';
import { formatNumber } from '../words/format-number.ts';
import { plainText, shortText } from '../words/plain-text.ts';

/** Classes of failure that the line names. */
const maxClasses = 2;
const maxMessageLength = 160;

/**
 * A run in one line: which it was, how much of it went well, and whether it holds. A run without any number says so, and
 * why, before all else.
 */
export function summarizeRun(report: Report): string {
  const { run, verdict, trust } = report;
  const name = run.name === null ? run.runId : `${plainText(run.name)} (${run.runId})`;
  const judged = verdict.result === null ? 'nothing asserted' : `verdict ${verdict.result}`;
  const stop = hasFailed(report) ? ';' : ',';
  return `${name}: ${describeOutcomes(report)}${stop} trust ${trust.result}, ${judged}`;
}

type Counted = 'planned' | 'issued' | 'ok' | 'failed' | 'canceled' | 'notSent';

function sum({ targets }: Pick<Report, 'targets'>, name: Counted): number {
  return targets.reduce((total, { counts }) => total + counts[name], 0);
}

/** Whether most requests failed, or none went well. */
function hasFailed(report: Pick<Report, 'targets'>): boolean {
  return sum(report, 'ok') === 0 || sum(report, 'failed') * 2 > sum(report, 'issued');
}

/** How many requests are ok; where most or all failed also why, after a colon. */
export function describeOutcomes(report: Pick<Report, 'targets'>): string {
  const [planned, ok, failed] = [sum(report, 'planned'), sum(report, 'ok'), sum(report, 'failed')];
  const failures = describeFailures(report.targets);
  if (ok > 0) {
    const good = `${formatNumber(ok, 0)} of ${formatNumber(planned, 0)} requests ok`;
    return hasFailed(report) ? `${good}; ${formatNumber(failed, 0)} FAILED: ${failures}` : good;
  }
  if (failed === planned) return `NO NUMBERS: ${all(planned)} failed: ${failures}`;
  const others = [
    ...(failed === 0 ? [] : [failures]),
    ...(['canceled', 'notSent'] as const)
      .filter((kind) => sum(report, kind) > 0)
      .map((kind) => `${formatNumber(sum(report, kind), 0)} ${kind === 'notSent' ? 'not sent' : kind}`),
  ];
  return `NO NUMBERS: none of ${formatNumber(planned, 0)} requests is ok: ${others.join(', ')}`;
}

function all(count: number): string {
  return count === 1 ? 'the only request' : `all ${formatNumber(count, 0)} requests`;
}

/** "4 connect (The connection could not be made)": the largest classes, each with its most frequent message. */
function describeFailures(targets: Report['targets']): string {
  const ranked = rankFailures(targets.map(({ counts }) => counts));
  const groups = targets.flatMap(({ errors }) => errors).sort((a, b) => b.count - a.count);
  const named = ranked.slice(0, maxClasses).map(({ outcome, count }) => {
    const group = groups.find((each) => each.outcome === outcome);
    const text = group === undefined ? '' : shortText(describeFailure(group), maxMessageLength);
    return `${formatNumber(count, 0)} ${outcome}${text === '' ? '' : ` (${text})`}`;
  });
  const rest = ranked.slice(maxClasses).reduce((total, { count }) => total + count, 0);
  return [...named, ...(rest === 0 ? [] : [`${formatNumber(rest, 0)} in other ways`])].join(', ');
}
