import { z } from 'zod';
import { renderTable } from '../markdown-table.ts';

/** Renders a Markdown table with one row for each run size. */
export function renderFinalizer(rows: readonly { samples: number; finalized: readonly Finalized[] }[]): string {
  const head = [
    'Samples',
    'Duration (s)',
    'Waiting for the table (s)',
    'CPU (s)',
    'Peak memory (MiB)',
    'Items read',
    'Data read (MiB)',
    'Report (KiB)',
    'Identical reports',
  ];
  const body = rows.map(({ samples, finalized }) => [
    samples.toLocaleString('en'),
    spread(finalized, ({ tookMs }) => tookMs / 1_000),
    spread(finalized, ({ waitMs }) => waitMs / 1_000),
    spread(finalized, ({ cpuMs }) => cpuMs / 1_000),
    spread(finalized, ({ maxRssBytes }) => maxRssBytes / 1_024 ** 2, 0),
    spread(finalized, ({ items }) => items, 0),
    spread(finalized, ({ bytes }) => bytes / 1_024 ** 2, 1),
    spread(finalized, ({ reportBytes }) => reportBytes / 1_024, 1),
    new Set(finalized.map(({ sha256 }) => sha256)).size === 1 ? 'yes' : 'no',
  ]);
  return renderTable(head, body, 'right');
}

function spread(finalized: readonly Finalized[], of: (one: Finalized) => number, digits = 2): string {
  const sorted = finalized.map(of).toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const [least = Number.NaN] = sorted;
  const greatest = sorted.at(-1) ?? Number.NaN;
  const text = (value: number) => value.toFixed(digits);
  return text(least) === text(greatest) ? text(middle) : `${text(middle)} (${text(least)}–${text(greatest)})`;
}

/** Duration and resource use of finalizing a run once. */
export const finalizedSchema = z.object({
  tookMs: z.number(),
  cpuMs: z.number(),
  maxRssBytes: z.number(),
  /** Items and bytes that the finalizer read from the table. */
  items: z.number(),
  bytes: z.number(),
  /** Time in which the process only waited for the table. Reads overlap with work on earlier ones. */
  waitMs: z.number(),
  reportBytes: z.number(),
  sha256: z.string(),
});
export type Finalized = z.infer<typeof finalizedSchema>;
