import type { Report } from './report.ts';
import { formatNumber } from './text/format-number.ts';
import { plainText } from './text/plain-text.ts';

/** A run in one line: which it was, how much of it went well, and whether it holds. */
export function renderRunHeadline(report: Report): string {
  const { run, verdict, trust, targets } = report;
  const sum = (name: 'planned' | 'ok') => targets.reduce((total, { counts }) => total + counts[name], 0);
  const name = run.name === null ? run.runId : `${plainText(run.name)} (${run.runId})`;
  const judged = verdict.result === null ? 'nothing asserted' : `verdict ${verdict.result}`;
  return `${name}: ${formatNumber(sum('ok'), 0)} of ${formatNumber(sum('planned'), 0)} requests ok, trust ${trust.result}, ${judged}`;
}
