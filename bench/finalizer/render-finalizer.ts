import type { Finalized } from './finalized.ts';

/** A Markdown table, a row a size: what finalizing took. */
export function renderFinalizer(rows: readonly { samples: number; finalized: readonly Finalized[] }[]): string {
  const head = [
    'samples',
    'seconds',
    'of it waiting for the table',
    'CPU seconds',
    'MiB',
    'items read',
    'MiB read',
    'report KiB',
    'same bytes',
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
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---:')), ...body.map(line)].join('\n');
}

function spread(finalized: readonly Finalized[], of: (one: Finalized) => number, digits = 2): string {
  const sorted = finalized.map(of).toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const [least = Number.NaN] = sorted;
  const greatest = sorted.at(-1) ?? Number.NaN;
  const text = (value: number) => value.toFixed(digits);
  return text(least) === text(greatest) ? text(middle) : `${text(middle)} (${text(least)}–${text(greatest)})`;
}
