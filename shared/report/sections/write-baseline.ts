import type { Report } from '../model/report.ts';
import type { MetricChange, RunComparison } from '../model/run-comparison.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeLabelCell, makeList, makeTable } from './make-blocks.ts';

/** The run beside its baseline: what each figure has become, and how sure that is; nothing without a baseline. */
export function writeBaseline({ baseline }: Report, labels: Labels): Section {
  const section = { id: 'baseline', title: 'Against the baseline' };
  if (baseline === null) return { ...section, blocks: [] };
  const { comparison, reason } = baseline;
  const name = baseline.name === null ? baseline.runId : `${baseline.name} (${baseline.runId})`;
  if (comparison === null) return { ...section, blocks: makeList([`Baseline ${name}: no comparison, ${reason}.`]) };
  const rows = comparison.stages.flatMap((stage) =>
    stage.metrics
      .filter(({ verdict }) => verdict !== null)
      .map((figure, i) => [makeLabelCell(labels.stage(stage), i), ...makeCells(figure)]),
  );
  const head = ['', '', 'baseline', 'now', 'change', '95 %', 'verdict'];
  return {
    ...section,
    blocks: [...makeList([describe(name, comparison)]), ...makeTable('The run beside its baseline', head, rows, 2)],
  };
}

function describe(name: string, comparison: RunComparison): string {
  const { verdict, samePrompts, workloadDifference, tolerance, shareTolerance, unmatched } = comparison;
  const asked = samePrompts ? 'the same prompts, compared in pairs' : 'other prompts, compared apart';
  const hundred = (share: number) => Number((100 * share).toFixed(4));
  const limits = `within ${hundred(tolerance)} % (of shares ${hundred(shareTolerance)} points) counts as the same`;
  const left = unmatched.run.length === 0 ? '' : ` Without a twin: ${unmatched.run.join('; ')}.`;
  const workloads = workloadDifference === null ? '' : ` ${workloadDifference}`;
  return `Against ${name}: ${verdict ?? 'nothing to judge by'}; ${asked}; ${limits}.${workloads}${left}`;
}

function makeCells({
  metric,
  statistic,
  base,
  target,
  ratio,
  difference,
  verdict,
  verdictInterval,
}: MetricChange): Cell[] {
  const isRatio = statistic !== null;
  const change = isRatio ? ratio : difference;
  return [
    statistic === null ? metric : `${metric} ${statistic}`,
    base === null ? '' : { value: base },
    target === null ? '' : { value: target },
    change === null ? '' : isRatio ? `x ${change.toFixed(3)}` : `${change < 0 ? '' : '+'}${change.toFixed(3)}`,
    { range: verdictInterval, decimals: 3 },
    verdict ?? '',
  ];
}
