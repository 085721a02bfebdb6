import type { Interval } from '../../stats/interval.ts';
import type { Compared, MetricChange } from '../model/run-comparison.ts';
import { titleMetric } from '../words/metric-titles.ts';
import type { Block, Cell, IntervalCell, Table, TextCell, Tone, ValueCell, Words } from './document.ts';
import type { Labels } from './labels.ts';

/** Makes a table, or nothing of no rows. */
export function makeTable(caption: string, head: readonly string[], rows: Table['rows'], textColumns: number): Table[] {
  return rows.length === 0 ? [] : [{ kind: 'table', caption, head, rows, textColumns }];
}

/** Makes a list, or nothing of no items. */
export function makeList(items: readonly Words[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

type Known = { value: number | null; reason: string | null; interval?: Interval | null };

/** Makes a cell of a number with what is known of it: its interval, and why it is missing. */
export function makeCell({ value, reason, interval = null }: Known, decimals?: number): ValueCell {
  return { value, interval, missing: reason, ...(decimals === undefined ? {} : { decimals }) };
}

/** Makes a cell of a number by itself. */
export function makePlainCell({ value, reason }: Known, decimals?: number): ValueCell {
  return makeCell({ value, reason }, decimals);
}

/** Makes a cell of a share, in per cent. */
export function makePercentCell({ value, reason, interval = null }: Known): ValueCell {
  const { range, ...shown } = makePercentRange(interval);
  return { value: value === null ? null : 100 * value, interval: range, missing: reason, ...shown };
}

/** Makes a cell of the interval of a share, in per cent. */
export function makePercentRange(interval: Interval | null): IntervalCell {
  const range = interval === null ? null : { ...interval, low: 100 * interval.low, high: 100 * interval.high };
  return { range, decimals: 1, unit: '%' };
}

export function makeCountCell(value: number): ValueCell {
  return { value, decimals: 0 };
}

/** Makes the cell of a label that several rows have: where rows are read together, only the first says it. */
export function makeLabelCell(label: string, rowIndex: number): Cell {
  return rowIndex === 0 ? label : { text: label, isRepeated: true };
}

/** Makes the cell of a target, behind its mark where there are several. */
export function makeTargetCell(targetId: string, labels: Labels): TextCell {
  const text = labels.target(targetId);
  return labels.targets.length > 1 ? { text, targetIndex: labels.targetIndex(targetId) } : { text };
}

/** Makes the cell of what is compared: "Time to first token (TTFT), median", and the name that the definitions have. */
export function makeFigureName({
  metric,
  statistic,
  window,
}: Pick<Compared, 'metric' | 'statistic' | 'window'>): TextCell {
  const short = [metric, statistic ?? (window === null ? null : `(${window})`)].filter((part) => part !== null);
  const parts = [
    titleMetric(metric),
    ...(statistic === null ? [] : [statistic === 'p50' ? 'median' : statistic]),
    ...(window === null ? [] : [`${window} window`]),
  ];
  return { text: parts.join(', '), short: short.join(' '), note: [{ code: metric }] };
}

/** Chooses how a change is shown: a worse one is bad, one that is not known is neither good nor bad. */
export function chooseTone(change: MetricChange['verdict']): Tone {
  if (change === 'worse') return 'bad';
  return change === 'better' || change === 'same' ? 'good' : 'plain';
}
