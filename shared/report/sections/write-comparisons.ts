import type { Report, StageReport } from '../model/report.ts';
import type { Compared, Inference } from '../model/run-comparison.ts';
import { describeLoad } from '../words/describe-load.ts';
import { describeRatio } from '../words/describe-ratio.ts';
import { formatProbability } from '../words/format-number.ts';
import { titleMetric } from '../words/metric-titles.ts';
import type { Block, Cell, Section, ValueCell } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCell, makeFigureName, makeList, makeTable } from './make-blocks.ts';

const section = { id: 'comparison', title: 'Side by side' };

/** Each target beside the first, in words that name the base; the other figures are in the JSON report. */
export function writeComparisons({ comparisons, stages }: Report): Section {
  const isSweep = new Set(comparisons.map(({ levelIndex }) => levelIndex)).size > 1;
  const blocks = comparisons.flatMap(({ levelIndex, baseTargetId, metrics }): Block[] => {
    const lines = metrics.filter((figure) => isMain(figure, ['ttftMs', 'e2eLatencyMs', 'tpotMs']));
    const list = makeList(lines.flatMap(({ statement }) => (statement === null ? [] : statement)));
    if (!isSweep || list.length === 0) return list;
    const load = describeLevel(stages, levelIndex, baseTargetId);
    return [{ kind: 'paragraph', words: load === '' ? `Load level ${levelIndex + 1}:` : `At ${load}:` }, ...list];
  });
  return { ...section, blocks };
}

/** Each target beside the first: the main differences in words, all of them as tables; nothing of one target. */
export function writeComparisonTables({ comparisons, stages }: Report, labels: Labels): Section {
  const parts = comparisons.flatMap((comparison): Block[] => {
    const { levelIndex, baseTargetId, targetId, metrics, breakEven } = comparison;
    const [ofBase, ofTarget] = [labels.target(baseTargetId), labels.target(targetId)];
    const load = describeLevel(stages, levelIndex, baseTargetId);
    const words = metrics
      .filter((figure) => isMain(figure, ['ttftMs', 'e2eLatencyMs']))
      .flatMap((figure) => describeFigure(figure, { base: baseTargetId, target: targetId }));
    const table = makeTable(
      `${ofTarget} against ${ofBase}${load === '' ? '' : ` at ${load}`}: every figure`,
      ['Figure', ofBase, ofTarget, 'Difference', 'Ratio', 'p-value', 'Test', 'n'],
      metrics.filter(({ base, target }) => base !== null && target !== null).map(makeRow),
      1,
    );
    if (table.length === 0) return [];
    return [
      {
        kind: 'part',
        title: `${ofTarget} beside ${ofBase}${load === '' ? '' : `, at ${load}`}`,
        blocks: [
          ...makeList([...words, ...(breakEven.statement === null ? [] : [breakEven.statement])]),
          ...(comparisons.length === 1 ? table : [{ kind: 'fold', summary: 'Every figure', blocks: table } as const]),
        ],
      },
    ];
  });
  return { ...section, blocks: parts.length === 0 ? [] : [...parts, legend] };
}

const legend = {
  kind: 'paragraph',
  words:
    'Figures that both have. Small ones are 95 % intervals. A ratio whose interval holds 1 may be chance. Where both targets got the same prompts, answers to the same prompt are compared in pairs.',
  style: 'aside',
} as const;

/** The comparisons that a reader looks for first. */
function isMain({ metric, statistic, window }: Compared, medians: readonly string[]): boolean {
  if (metric === 'costPerThousandRequestsUsd') return true;
  if (metric === 'completedRequestsPerMinute') return window === 'steady';
  return statistic === 'p50' && medians.includes(metric);
}

function describeLevel(stages: readonly StageReport[], levelIndex: number, targetId: string): string {
  const stage = stages.find((each) => each.levelIndex === levelIndex && each.targetId === targetId);
  return stage === undefined ? '' : describeLoad(stage);
}

/** The statement of a figure, with the title of its metric in place of its name. */
function describeFigure(figure: Compared, names: { base: string; target: string }): string[] {
  const { ratio, inference, metric } = figure;
  if (ratio === null || ratio === 0) return [];
  const title = titleMetric(metric);
  const name = `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return [describeRatio(figure, names, ratio, inference?.ratio.interval ?? null, name)];
}

function makeRow(figure: Compared): Cell[] {
  const { base, target, difference, ratio, nBase, nTarget, reason, inference } = figure;
  return [
    makeFigureName(figure),
    { value: base },
    { value: target },
    makeContrast(difference, inference?.difference, reason),
    makeContrast(ratio, inference?.ratio, reason, 3),
    inference === null ? '' : formatProbability(inference.test.pValue),
    inference === null ? '' : inference.test.test,
    // What rests on prices and a workload alone has no n.
    nBase === 0 && nTarget === 0 ? '' : nBase === nTarget ? String(nBase) : `${nBase}, ${nTarget}`,
  ];
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
