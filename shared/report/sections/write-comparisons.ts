import type { Report } from '../model/report.ts';
import type { Compared, Inference } from '../model/run-comparison.ts';
import { describeLoad } from '../words/describe-load.ts';
import { describeRatio, titleMetric } from '../words/describe-metric.ts';
import { formatProbability } from '../words/format-text.ts';
import type { Block, Cell, Section, ValueCell } from './document.ts';
import type { Labels } from './labels.ts';
import { makeAside, makeCell, makeList, makeMetricCell, makeTable } from './make-blocks.ts';

const legend = makeAside(
  'The tables contain the metrics that both targets have. Numbers in small type are 95 % confidence intervals. If the interval of a ratio contains 1, chance can explain the difference. Responses to the same prompt are compared in pairs: difference, ratio, and p-value use only the responses that have a pair. The values of the targets use all responses, so they can differ by another amount.',
);

/** Writes the main differences of each target from the first target. `hasTables` adds a table of all metrics. */
export function writeComparisons(
  { comparisons, stages }: Report,
  labels: Labels,
  { hasTables }: { hasTables: boolean },
): Section {
  const parts = comparisons.flatMap(({ levelIndex, baseTargetId, targetId, metrics }): Block[] => {
    const [base, target] = [labels.target(baseTargetId), labels.target(targetId)];
    const stage = stages.find((each) => each.levelIndex === levelIndex && each.targetId === baseTargetId);
    const load = stage === undefined ? '' : describeLoad(stage);
    const title = `${target} compared with ${base}${load === '' ? '' : ` at ${load}`}`;
    const rows = metrics.filter((compared) => compared.base !== null && compared.target !== null).map(makeRow);
    if (rows.length === 0) return [];
    const words = metrics
      .filter(isMain)
      .flatMap((compared) => describeCompared(compared, { base: baseTargetId, target: targetId }) ?? []);
    const head = ['Metric', base, target, 'Difference', 'Ratio', 'p-value', 'Test', 'n'];
    const table = hasTables ? makeTable(`${title}: all metrics`, head, rows, 1) : [];
    const isFolded = hasTables && comparisons.length > 1;
    const shown = isFolded ? [{ kind: 'fold', summary: 'All metrics', blocks: table } as const] : table;
    return [{ kind: 'part', title, blocks: [...makeList(words), ...shown] }];
  });
  const blocks = hasTables && parts.length > 0 ? [...parts, legend] : parts;
  return { id: 'comparison', title: 'Comparison of targets', blocks };
}

function isMain({ metric, statistic, window }: Compared): boolean {
  if (metric === 'costPerThousandRequestsUsd') return true;
  if (metric === 'completedRequestsPerMinute') return window === 'steady';
  return statistic === 'p50' && ['ttftMs', 'e2eLatencyMs', 'tpotMs'].includes(metric);
}

/** Describes the ratio of a metric, using the metric's title. Returns null if the metric has no ratio. */
export function describeCompared(compared: Compared, names: { base: string; target: string }): string | null {
  const { ratio, inference, metric } = compared;
  if (ratio === null || ratio === 0) return null;
  const title = titleMetric(metric);
  const name = `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return describeRatio(compared, names, ratio, inference?.ratio.interval ?? null, name);
}

function makeRow(compared: Compared): Cell[] {
  const { base, target, difference, ratio, reason, inference } = compared;
  return [
    makeMetricCell(compared),
    { value: base },
    { value: target },
    makeContrast(difference, inference?.difference, reason),
    makeContrast(ratio, inference?.ratio, reason, 3),
    inference === null ? '' : formatProbability(inference.test.pValue),
    inference === null ? '' : inference.test.test,
    describeN(compared, ', '),
  ];
}

/** Describes the sizes of both samples, or the number of pairs that the difference and the ratio are estimated from. */
export function describeN({ nBase, nTarget, inference }: Compared, separator: string): string {
  const sizes = nBase === nTarget ? String(nBase) : `${nBase}${separator}${nTarget}`;
  if (inference?.paired === true)
    return nBase === nTarget && nBase === inference.nBase ? sizes : `${inference.nBase} pairs of ${sizes}`;
  // Values that depend only on prices and the workload have no n.
  return nBase === 0 && nTarget === 0 ? '' : sizes;
}

function makeContrast(
  value: number | null,
  contrast: Inference['ratio'] | undefined,
  reason: string | null,
  decimals?: number,
): ValueCell {
  const { interval = null, reason: missingInterval = null } = contrast ?? {};
  return { ...makeCell({ value, reason, interval }, decimals), missingInterval };
}
