import type { Report } from '../../model/report.ts';
import type { Changed, RunComparison } from '../../model/run-comparison.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import { type TableStyle, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** The run beside its baseline: what each figure has become, and how sure that is; nothing without a baseline. */
export function renderBaseline(report: Report, width: number, table: TableStyle = textTable): string[] {
  const { baseline } = report;
  if (baseline === null) return [];
  const name = plainText(baseline.name === null ? baseline.runId : `${baseline.name} (${baseline.runId})`);
  if (baseline.comparison === null) return wrapText(`Baseline ${name}: no comparison, ${baseline.reason}.`, width);
  return [...wrapText(headline(name, baseline.comparison), width), ...tableOf(report, baseline.comparison, table)];
}

function headline(name: string, comparison: RunComparison): string {
  const { verdict, samePrompts, workloadDifference, tolerance, shareTolerance, unmatched } = comparison;
  const asked = samePrompts ? 'the same prompts, compared in pairs' : 'other prompts, compared apart';
  const hundred = (share: number) => Number((100 * share).toFixed(4));
  const limits = `within ${hundred(tolerance)} % (of shares ${hundred(shareTolerance)} points) counts as the same`;
  const left = unmatched.run.length === 0 ? '' : ` Without a twin: ${unmatched.run.map(plainText).join('; ')}.`;
  const workloads = workloadDifference === null ? '' : ` ${plainText(workloadDifference)}`;
  return `Against ${name}: ${verdict ?? 'nothing to judge by'}; ${asked}; ${limits}.${workloads}${left}`;
}

function tableOf(report: Report, { stages }: RunComparison, table: TableStyle): string[] {
  const labels = stageLabels(report);
  const rows = stages.flatMap(({ stageIndex, metrics: figures }) =>
    figures
      .filter(({ verdict }) => verdict !== null)
      .map((figure, i) => [i === 0 ? (labels.get(stageIndex) ?? '') : '', ...cells(figure)]),
  );
  return rows.length === 0 ? [] : table(['', '', 'baseline', 'now', 'change', '95 %', 'verdict'], rows, 2);
}

function cells({ metric, statistic, base, target, ratio, difference, verdict, verdictInterval }: Changed): string[] {
  const isRatio = statistic !== null;
  const change = isRatio ? ratio : difference;
  const show = (value: number | null) => (value === null ? '' : formatShort(value));
  return [
    statistic === null ? metric : `${metric} ${statistic}`,
    show(base),
    show(target),
    change === null ? '' : isRatio ? `x ${change.toFixed(3)}` : `${change < 0 ? '' : '+'}${change.toFixed(3)}`,
    verdictInterval === null ? '' : `${verdictInterval.low.toFixed(3)} to ${verdictInterval.high.toFixed(3)}`,
    verdict ?? '',
  ];
}
