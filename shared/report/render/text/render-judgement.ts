import { describeCrossOver } from '../../build/judge/find-cross-over.ts';
import type { Certainty } from '../../model/certainty.ts';
import type { AssertionResult, Report } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatNumber, formatShort } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** Assertions one by one, why the run is suspect, and what to keep in mind. */
export function renderJudgement(report: Report, width: number): string[] {
  const labels = stageLabels(report);
  const lines: [kind: string, text: string][] = [
    ...report.verdict.assertions.map((result) => describe(result, labels)),
    ...report.trust.reasons.map((reason): [string, string] => ['suspect', plainText(reason)]),
    ...crossOverNote(report),
    ...report.stages.flatMap(({ stageIndex, warnings }) =>
      warnings.map((warning): [string, string] => ['note', `${labels.get(stageIndex)}: ${plainText(warning)}`]),
    ),
  ];
  return lines.flatMap(([kind, text]) => wrapText(text, width, ' '.repeat(9), kind.padEnd(9)));
}

/** Said here where chance may explain it; else it stands among the reasons to be suspicious. */
function crossOverNote({ crossOver, trust }: Report): [kind: string, text: string][] {
  const text = describeCrossOver(crossOver);
  if (text === null || trust.reasons.some((reason) => reason.endsWith(text))) return [];
  return [['note', plainText(text)]];
}

function describe(
  { assertion, stageIndex, targetId, value, pass, reason, ...certainty }: AssertionResult,
  labels: Map<number, string>,
): [kind: string, text: string] {
  const what = 'statistic' in assertion ? `${assertion.metric} ${assertion.statistic}` : assertion.metric;
  const where = stageIndex === null ? plainText(targetId) : (labels.get(stageIndex) ?? targetId);
  const found = value === null ? `no value (${reason})` : formatShort(value);
  const limit = assertion.relativeToBaseline === true ? `${assertion.value} times the baseline` : assertion.value;
  const sure = describeCertainty(certainty);
  return [
    pass ? 'pass' : 'FAIL',
    `${where}: ${what} ${assertion.op} ${limit}: ${found}${sure === '' ? '' : ` (${sure})`}`,
  ];
}

/** "sure; 95 %: 412 to 530", "not sure: the interval reaches the limit; 95 %: 412 to 830; about 260 values could tell". */
function describeCertainty({ certainty, interval, decidingN, certaintyReason }: Certainty): string {
  if (certainty === null) return '';
  return [
    certainty === 'conclusive' ? 'sure' : `not sure: ${certaintyReason}`,
    ...(interval === null ? [] : [`95 %: ${formatShort(interval.low)} to ${formatShort(interval.high)}`]),
    ...(decidingN === null ? [] : [`about ${formatNumber(decidingN, 0)} values could tell`]),
  ].join('; ');
}
