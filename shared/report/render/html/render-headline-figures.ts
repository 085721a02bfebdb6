import { html } from 'hono/html';
import { loadValueOf } from '../../build/level-result.ts';
import type { Report, StageReport } from '../../model/report.ts';
import { describeLoad, targetLabels } from '../../words/describe-load.ts';
import { describeChange } from '../../words/describe-ratio.ts';
import type { Footnotes } from '../text/footnotes.ts';
import { dataTable } from './data-table.ts';
import { type HeadlineMetric, headlineMetrics } from './headline-metrics.ts';
import type { Html } from './html.ts';
import { keyedTarget } from './keyed-target.ts';
import { measuredCell } from './measured-cell.ts';

/**
 * The numbers to take away: of each target at its load, or at the lowest and the highest of several, with its interval, and
 * how far it is from the first target. Nothing where no request ended well.
 */
export function renderHeadlineFigures(report: Report, footnotes: Footnotes): Html | string {
  if (report.stages.every(({ counts }) => counts.ok === 0)) return '';
  const loads = outerLoads(report.stages);
  const tiles = headlineMetrics(report).map((metric) => tile(report, metric, loads, footnotes));
  const [first, ...others] = targetLabels(report).values();
  const base = others.length === 0 ? '' : ` Changes are against ${first} at the same load.`;
  return html`<section class="tiles" aria-label="Headline figures">${tiles}</section><p class="legend">Small figures are 95 % intervals.${base} Rates are without ramp and drain where a stage has a steady window.</p>`;
}

/** One stage of the lowest and one of the highest load; one alone where all loads are the same. */
function outerLoads(stages: readonly StageReport[]): StageReport[] {
  const sorted = stages.toSorted((a, b) => loadValueOf(a) - loadValueOf(b));
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lowest === undefined || highest === undefined) return [];
  return loadValueOf(lowest) === loadValueOf(highest) ? [lowest] : [lowest, highest];
}

function tile(report: Report, metric: HeadlineMetric, loads: readonly StageReport[], footnotes: Footnotes): Html {
  const labels = [...targetLabels(report)];
  const rows = labels.map(([targetId, label], i) => [
    labels.length > 1 ? keyedTarget(i, label) : label,
    ...loads.map((load) => {
      const stage = report.stages.find((each) => each.targetId === targetId && loadValueOf(each) === loadValueOf(load));
      return stage === undefined ? '' : cellOf(report, stage, metric, footnotes);
    }),
  ]);
  const names = loads.map(describeLoad);
  const [only] = names;
  const isOne = names.length === 1;
  const caption = isOne && only !== '' ? `${metric.unit}, at ${only}` : metric.unit;
  return html`<div class="tile"><h2>${metric.title}</h2>${dataTable({
    caption,
    label: `${metric.title}: ${caption}`,
    head: ['', ...(isOne ? [''] : names)],
    rows,
    textColumns: 1,
  })}</div>`;
}

function cellOf(report: Report, stage: StageReport, metric: HeadlineMetric, footnotes: Footnotes): string | Html {
  const { value, interval, reason } = metric.pick(stage);
  const cell = measuredCell(value, interval, reason, footnotes, metric.format);
  const change = changeOf(report, stage, metric);
  return change === '' ? cell : html`${cell}<small class="change">${change}</small>`;
}

/** "13.3 % longer", against the first target at the same load; where the interval holds 1, that it may be chance. */
function changeOf(report: Report, stage: StageReport, { isCompared }: HeadlineMetric): string {
  const comparison = report.comparisons.find(
    ({ levelIndex, targetId }) => levelIndex === stage.levelIndex && targetId === stage.targetId,
  );
  const base = report.stages.find(
    ({ levelIndex, targetId }) => levelIndex === stage.levelIndex && targetId === comparison?.baseTargetId,
  );
  if (comparison === undefined || base === undefined || isCompared === null) return '';
  const figure = comparison.metrics.find((each) => isCompared(each, stage) && isCompared(each, base));
  // Nothing at all is no change of something.
  if (figure === undefined || figure.ratio === null || figure.ratio === 0) return '';
  const interval = figure.inference?.ratio.interval;
  const mayBeChance = interval != null && interval.low <= 1 && interval.high >= 1;
  return mayBeChance ? 'no clear difference' : describeChange(figure.metric, figure.ratio);
}
