import type { Changed, RunComparison } from '../../model/run-comparison.ts';
import type { ComparedRun, RunsComparison } from '../../model/runs-comparison.ts';
import { formatShort } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import type { Section } from '../text/report-sections.ts';
import type { TableStyle } from '../text/text-table.ts';
import { wrapText } from '../text/wrap-text.ts';

type OtherRun = RunsComparison['runs'][number];

/** What a reader looks for of runs side by side: which they are, and of each further one, stage by stage, what changed. */
export function comparisonSections(
  { base, runs }: RunsComparison,
  width: number,
  table: TableStyle,
): [Section, ...Section[]] {
  const named = [base, ...runs].map((run, i) => describeRun(run, i === 0));
  return [
    { title: 'Runs', lines: named.flatMap((line) => wrapText(line, width, '  ')) },
    ...runs.map((run) => ({
      title: `${plainText(run.label)} against ${plainText(base.label)}: ${verdictOf(run.comparison.verdict)}`,
      lines: linesOf(run, width, table),
    })),
  ];
}

function describeRun({ label, runId, source, createdAt, targets, trust }: ComparedRun, isBase: boolean): string {
  const models = targets.map(({ targetId, model }) => (targetId === model ? targetId : `${targetId} (${model})`));
  const name = label === runId ? runId : `${label} (${runId})`;
  const reasons = trust.reasons.length === 0 ? '' : `: ${trust.reasons.join('; ')}`;
  return plainText(
    `${isBase ? 'Base' : 'Run'} ${name}, ${source}, ${createdAt.slice(0, 10)}: ${models.join(', ')}; trust ${trust.result}${reasons}.`,
  );
}

function linesOf({ comparison, notes }: OtherRun, width: number, table: TableStyle): string[] {
  const words = (line: string) => wrapText(plainText(line), width, '  ');
  return [
    ...comparison.stages.flatMap((stage) => [
      ...words(`${nameTwins(stage)}: ${verdictOf(stage.verdict)}.`),
      ...stageTable(stage.metrics, table),
    ]),
    ...[describePairing(comparison), ...notes].flatMap(words),
    ...comparison.unmatched.base.flatMap((what) => words(`Only in the base: ${what}.`)),
    ...comparison.unmatched.run.flatMap((what) => words(`Only in the run: ${what}.`)),
  ];
}

/** Which stage of the run stands beside which of the base, and at what load. */
export function nameTwins({
  targetId,
  stageIndex,
  baseTargetId,
  baseStageIndex,
  load,
}: RunComparison['stages'][number]): string {
  const at = load === '' ? '' : ` at ${load}`;
  return `${targetId}${at} (stage ${stageIndex}) against ${baseTargetId} (stage ${baseStageIndex})`;
}

function stageTable(figures: readonly Changed[], table: TableStyle): string[] {
  const show = (value: number | null) => (value === null ? '-' : formatShort(value));
  const rows = figures
    .filter(({ base, target }) => base !== null || target !== null)
    .map(({ metric, statistic, window, base, target, ratio, verdictInterval, inference, nBase, nTarget, verdict }) => [
      [metric, statistic ?? (window === null ? null : `(${window})`)].filter((part) => part !== null).join(' '),
      show(base),
      show(target),
      ratio === null ? '-' : ratio.toFixed(3),
      verdictInterval === null ? '' : `${formatSigned(verdictInterval.low)} to ${formatSigned(verdictInterval.high)}`,
      inference === null ? '' : formatPValue(inference.test.pValue),
      nBase === nTarget ? String(nBase) : `${nBase} / ${nTarget}`,
      verdict ?? '',
    ]);
  return rows.length === 0 ? [] : table(['', 'base', 'run', 'run / base', '95 %', 'p', 'n', 'verdict'], rows, 1);
}

function formatSigned(value: number): string {
  return value.toFixed(3);
}

function formatPValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function verdictOf(verdict: RunComparison['verdict']): string {
  return verdict === null ? 'no verdict' : verdict;
}

/** How answers were compared, and what counts as the same. */
export function describePairing({ samePrompts, workloadDifference, tolerance, shareTolerance }: RunComparison): string {
  const how = samePrompts
    ? 'Both asked the same prompts, which are compared in pairs.'
    : 'The prompts are not known to be the same, so that answers are compared as two samples.';
  const asked = workloadDifference === null ? how : `${workloadDifference} ${how}`;
  return `${asked} The same is what lies within ${(100 * tolerance).toFixed(1)} % of the base with its whole interval; of shares, within ${shareTolerance}. The interval is of the ratio; of shares, of the difference. The p of a test is two-sided.`;
}
