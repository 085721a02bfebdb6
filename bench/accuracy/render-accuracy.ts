import { quantile } from '../../shared/stats/quantile.ts';
import { renderRow, renderTable } from '../markdown-table.ts';
import type { Spread } from './compare-with-truth.ts';
import type { Row } from './row.ts';
import { type SubjectName, subjectNames } from './row.ts';
import type { Run } from './run-row.ts';

const columns = ['stamp', 'ttft', 'tpot', 'e2e'] as const;
const columnNames = { stamp: 'timestamp', ttft: 'TTFT', tpot: 'TPOT', e2e: 'end-to-end' };

/** Renders the header of the table. */
export function renderHead(): string {
  const titles = [
    'streams × tokens/s, tokens per chunk',
    '',
    ...columns.map((name) => `${columnNames[name]} error ms: p50 / p99 / max`),
    'CPU µs per token: thread, process',
    'CPU per token ÷ floor',
    'MiB',
    'own measurement error ms: p50 / p99',
    'machine CPU in use',
  ];
  return renderTable(titles, []);
}

/** Renders one line for each subject: medians of the runs, and the range of each p99. */
export function renderSubjects(row: Row, runs: readonly Run[]): string {
  return subjectNames
    .filter((subject) => runs.some((run) => run.subject === subject))
    .map((subject, i) => renderSubject(i === 0 ? describeRow(row) : '', subject, runs))
    .join('\n');
}

function renderSubject(name: string, subject: SubjectName, runs: readonly Run[]): string {
  const own = runs.filter((run) => run.subject === subject);
  const spreads = columns.map((column) => showSpread(own.map(({ errors }) => errors[column])));
  const cpu = (['threadCpuUs', 'processCpuUs'] as const).map((field) =>
    median(own.map((run) => run[field] / run.tokens)).toFixed(0),
  );
  const floor = runs.filter((run) => run.subject === 'floor');
  const ratio = subject === 'floor' || floor.length === 0 ? '' : renderCpuRatios(own, floor);
  const megabytes = median(own.map(({ maxRssBytes }) => maxRssBytes / 2 ** 20)).toFixed(0);
  const bar = (pick: (run: Run) => number | null) => {
    const values = own.map(pick).filter((value) => value !== null);
    return values.length === 0 ? '–' : median(values).toFixed(2);
  };
  const bars = subject === 'floor' ? '' : `${bar((r) => r.selfErrorP50Ms)} / ${bar((r) => r.selfErrorP99Ms)}`;
  const uses = own.map(({ machineCpuUse }) => 100 * (machineCpuUse ?? Number.NaN));
  const used = `${Math.min(...uses).toFixed(0)}–${Math.max(...uses).toFixed(0)} %`;
  return renderRow([name, subject, ...spreads, cpu.join(', '), ratio, megabytes, bars, used]);
}

function describeRow({ streams, tokensPerSecond, tokensPerChunk }: Row): string {
  return `${streams} × ${tokensPerSecond}, ${tokensPerChunk}`;
}

/** Renders medians over the runs, and the range of the p99. */
function showSpread(spreads: readonly Spread[]): string {
  const show = (pick: (spread: Spread) => number) => median(spreads.map(pick)).toFixed(2);
  const p99s = spreads.map(({ p99 }) => p99);
  const range = spreads.length < 2 ? '' : ` (${Math.min(...p99s).toFixed(2)}–${Math.max(...p99s).toFixed(2)})`;
  return `${show(({ p50 }) => p50)} / ${show(({ p99 }) => p99)}${range} / ${show(({ max }) => max)}`;
}

/** Renders the median CPU ratios to the floor, computed for each run because the runs alternate. */
function renderCpuRatios(own: readonly Run[], floor: readonly Run[]): string {
  const ratio = (of: 'threadCpuUs' | 'processCpuUs') =>
    median(own.map((run, k) => run[of] / (floor[k]?.[of] ?? Number.NaN))).toFixed(2);
  return `${ratio('threadCpuUs')}, ${ratio('processCpuUs')}`;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5) ?? Number.NaN;
}
