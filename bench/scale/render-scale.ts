import { renderTable } from '../markdown-table.ts';
import type { Modeled } from './simulate-run.ts';
import { computeFailingShare, partitionLimit, warmTableLimit } from './table-load.ts';

type Column<R> = [heading: string, cell: (row: R) => string];

/** Renders a Markdown table. */
export function renderRows<R>(rows: readonly R[], columns: readonly Column<R>[]): string {
  const body = rows.map((row) => columns.map(([, cell]) => cell(row)));
  return renderTable(
    columns.map(([heading]) => heading),
    body,
    'right',
  );
}

export const whole = (value: number) => Math.round(value).toLocaleString('en');
const seconds = (ms: number, digits = 1) => (ms / 1_000).toFixed(digits);
const usd = (value: number) => value.toFixed(value < 0.1 ? 4 : 2);
const over = (value: number, limit: number) => `${whole(value)}${value > limit ? ' **over**' : ''}`;

export type Row = { streams: number; name: string; modeled: readonly Modeled[] };

function spread(row: Row, of: (modeled: Modeled) => number, show: (value: number) => string): string {
  const sorted = row.modeled.map(of).toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((value) =>
    show(value ?? Number.NaN),
  );
  return least === most ? `${middle}` : `${middle} (${least}–${most})`;
}

const first = ({ modeled: [one] }: Row): Modeled => {
  if (one === undefined) throw new Error('A row has no modeled run.');
  return one;
};

/** Renders when all streams are open, and the start skew of the workers. */
export function renderStarts(rows: readonly Row[]): string {
  return renderRows(rows, [
    ['streams', ({ streams }) => whole(streams)],
    ['workers', (row) => whole(first(row).workers)],
    ['poller', ({ name }) => name],
    ['full load after, s', (row) => spread(row, ({ stage }) => stage.fullLoadMs, seconds)],
    ['start skew, ms', (row) => spread(row, ({ stage }) => stage.startSkewMs, whole)],
    ['longest wait, s', (row) => spread(row, ({ stage }) => stage.longestWaitMs, seconds)],
    ['wait limit, s', (row) => seconds(first(row).readyTimeoutMs, 0)],
    ['all met', (row) => (row.modeled.every(({ stage }) => stage.isComplete) ? 'yes' : 'no')],
  ]);
}

/** Renders the AWS cost of a million requests, by purpose. */
export function renderCosts(rows: readonly Row[]): string {
  const part = (of: (modeled: Modeled) => number) => (row: Row) => usd(of(first(row)));
  return renderRows(rows, [
    ['streams', ({ streams }) => whole(streams)],
    ['workers', (row) => whole(first(row).workers)],
    ['poller', ({ name }) => name],
    ['duration, min', (row) => (first(row).stage.endedAtMs / 60_000).toFixed(1)],
    ['handovers', (row) => whole(first(row).stage.handovers)],
    ['gap at each, s', (row) => (first(row).stage.handovers === 0 ? '–' : seconds(first(row).stage.handoverGapMs))],
    ['measuring', part(({ cost }) => cost.measuring)],
    ['waiting', part(({ cost }) => cost.waiting)],
    ['other Lambda', part(({ cost }) => cost.otherLambda)],
    ['table writes', part(({ cost }) => cost.writes)],
    ['table reads', part(({ cost }) => cost.reads)],
    ['queues', part(({ cost }) => cost.queues)],
    ['total', part(({ cost }) => cost.total)],
  ]);
}

/** Renders the load of the table, compared with the limits of one partition and of a new table. */
export function renderTableLoads(rows: readonly Row[]): string {
  const { writeUnits, readUnits } = partitionLimit;
  return renderRows(rows, [
    ['workers', (row) => whole(first(row).workers)],
    ['heartbeat, s', (row) => seconds(first(row).pace.heartbeatMs)],
    [`reads/s of the stage item, of ${whole(readUnits)}`, (row) => over(first(row).table.meetingReads, readUnits)],
    [
      `writes/s to the run while workers start, of ${whole(writeUnits)}`,
      (row) => over(first(row).gatheringWrites, writeUnits),
    ],
    ['writes/s to the run under load', (row) => over(first(row).table.runWrites, writeUnits)],
    ['writes/s to its counters', (row) => over(first(row).table.counterWrites, writeUnits)],
    ['writes/s to the blocks of one batch', (row) => first(row).table.batchBlockWrites.toFixed(1)],
    [
      `total writes/s, of ${whole(warmTableLimit.writeUnits)}`,
      (row) => over(first(row).table.tableWrites, warmTableLimit.writeUnits),
    ],
    [
      'reads after all batch ends, s',
      (row) => ((first(row).workers * first(row).table.advanceReads) / readUnits).toFixed(1),
    ],
  ]);
}

/** Renders the load with a fixed pace for any number of workers: reads of the stage item, and polls that fail permanently. */
export function renderFixedPace(rows: readonly Row[], attempts: number): string {
  const { readUnits, writeUnits } = partitionLimit;
  return renderRows(rows, [
    ['workers', (row) => whole(first(row).workers)],
    [`reads/s of the stage item, of ${whole(readUnits)}`, (row) => over(first(row).table.meetingReads, readUnits)],
    [
      'failed polls',
      (row) => `${(100 * computeFailingShare(first(row).table.meetingReads, readUnits, attempts)).toFixed(1)} %`,
    ],
    [`writes/s to the run, of ${whole(writeUnits)}`, (row) => over(first(row).table.runWrites, writeUnits)],
  ]);
}
