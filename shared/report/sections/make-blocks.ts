import type { Interval } from '../../stats/interval.ts';
import type { Result } from '../model/result.ts';
import type { Compared, MetricChange } from '../model/run-comparison.ts';
import { nameStatistic, titleMetric } from '../words/describe-metric.ts';
import { formatNumber } from '../words/format-text.ts';
import type { Block, Cell, IntervalCell, Table, TextCell, Tone, ValueCell, Words } from './document.ts';
import type { Labels } from './labels.ts';

/** Makes a table, or nothing if there are no rows. */
export function makeTable(caption: string, head: readonly string[], rows: Table['rows'], textColumns: number): Table[] {
  return rows.length === 0 ? [] : [{ kind: 'table', caption, head, rows, textColumns }];
}

/** Makes a list, or nothing if there are no items. */
export function makeList(items: readonly Words[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

export function makeAside(words: Words): Block {
  return { kind: 'paragraph', words, style: 'aside' };
}

type Known = { value: number | null; reason: string | null; interval?: Interval | null };

/** Makes a cell with a number and its interval. If the number is missing, the cell contains the reason. */
export function makeCell({ value, reason, interval = null }: Known, decimals?: number): ValueCell {
  return { value, interval, missing: reason, ...(decimals === undefined ? {} : { decimals }) };
}

export function makePlainCell({ value, reason }: Known, decimals?: number): ValueCell {
  return makeCell({ value, reason }, decimals);
}

/** Makes a cell with a share as a percentage, without its interval. */
export function makePercentCell({ value, reason }: Known): ValueCell {
  return { value: value === null ? null : 100 * value, missing: reason, decimals: 1, unit: '%' };
}

export function makePercentRange(interval: Interval | null): IntervalCell {
  const range = interval === null ? null : { ...interval, low: 100 * interval.low, high: 100 * interval.high };
  return { range, decimals: 1, unit: '%' };
}

export function makeCountCell(value: number): ValueCell {
  return { value, decimals: 0 };
}

/** Makes a cell with a sample size n and, if there are any, the number of disturbed requests that n excludes. */
export function makeSizeCell(n: number, { counts }: Pick<Result, 'counts'>): Cell {
  if (counts.disturbed === 0) return makeCountCell(n);
  return `${formatNumber(n, 0)}${describeExcluded({ counts })}`;
}

/** Describes the disturbed requests that a sample size excludes: " (8 disturbed excluded)", or nothing. */
export function describeExcluded({ counts: { disturbed } }: Pick<Result, 'counts'>): string {
  return disturbed === 0 ? '' : ` (${formatNumber(disturbed, 0)} disturbed excluded)`;
}

/** Makes the label cell of a row. If rows have the same label, terminals and Markdown show only the first one. */
export function makeLabelCell(label: string, rowIndex: number): Cell {
  return rowIndex === 0 ? label : { text: label, isRepeated: true };
}

/** Makes a cell with a target's name, and with its symbol if the report has several targets. */
export function makeTargetCell(targetId: string, labels: Labels): TextCell {
  const text = labels.target(targetId);
  return labels.targets.length > 1 ? { text, targetIndex: labels.targetIndex(targetId) } : { text };
}

/** Makes a cell such as "Time to first token (TTFT), median". Its note contains the metric's name. */
export function makeMetricCell({
  metric,
  statistic,
  window,
}: Pick<Compared, 'metric' | 'statistic' | 'window'>): TextCell {
  const part = statistic === null ? (window === null ? '' : `, ${window} window`) : `, ${nameStatistic(statistic)}`;
  const short = `${metric}${statistic === null ? (window === null ? '' : ` (${window})`) : ` ${statistic}`}`;
  return { text: `${titleMetric(metric)}${part}`, short, note: [{ code: metric }] };
}

/** Makes the badge of a verdict. `worse` is bad; a missing or inconclusive verdict is neutral. */
export function makeVerdictBadge(verdict: MetricChange['verdict']): { text: string; tone: Tone } {
  const tone = verdict === 'worse' ? 'bad' : verdict === 'better' || verdict === 'same' ? 'good' : 'plain';
  return { text: verdict ?? 'no verdict', tone };
}

export function makeTrustBadge(result: 'ok' | 'suspect'): { text: string; tone: Tone } {
  return { text: result, tone: result === 'ok' ? 'good' : 'bad' };
}
