import { quantile } from '../../shared/stats/quantile.ts';
import { type PairedRun, splitCpu } from './pair-runs.ts';
import type { ErrorSummary } from './tool-run.ts';

/** Median over the runs, with the least and the most; null where no run has the figure. */
export type Spread = { median: number; min: number; max: number; runs: number } | null;

export type ToolSummary = {
  tool: string;
  runs: number;
  /** Requests compared, of all runs together. */
  n: number;
  figures: Record<Figure, Spread>;
};

export const figures = {
  ttftP50: (run) => fieldOf(run.ttft, 'p50'),
  ttftP99: (run) => fieldOf(run.ttft, 'p99'),
  ttftMax: (run) => fieldOf(run.ttft, 'max'),
  tpotP50: (run) => fieldOf(run.tpot, 'p50'),
  tpotP99: (run) => fieldOf(run.tpot, 'p99'),
  tpotMax: (run) => fieldOf(run.tpot, 'max'),
  e2eP50: (run) => fieldOf(run.e2e, 'p50'),
  e2eP99: (run) => fieldOf(run.e2e, 'p99'),
  e2eMax: (run) => fieldOf(run.e2e, 'max'),
  /** Percent. */
  rateError: ({ reportedRate, trueRateOfItsSpan }) =>
    reportedRate === null ? null : Math.abs(reportedRate / trueRateOfItsSpan - 1) * 100,
  reportedRate: (run) => run.reportedRate,
  trueRate: (run) => run.trueRate,
  /** CPU seconds per 1,000 requests that the server got. */
  cpuWhole: (run) => perThousand(run, run.cpuSeconds),
  cpuUnderLoad: (run) => perThousand(run, run.cpuSecondsUnderLoad),
  cpuMeasuring: (run) => perThousand(run, run.cpuSecondsMeasuring),
  cpuMarginal: (run) => {
    const split = splitCpu(run);
    return split === null ? null : split.perRequest * 1_000;
  },
  /** CPU seconds of a run, whatever its number of requests. */
  cpuFixed: (run) => splitCpu(run)?.fixed ?? null,
  wallSeconds: (run) => run.wallSeconds,
  loadAverage: (run) => run.loadAverage,
} satisfies Record<string, (run: PairedRun) => number | null>;
export type Figure = keyof typeof figures;

/** The runs of one tool under one load, figure by figure. */
export function summarizeRuns(runs: readonly PairedRun[]): ToolSummary {
  const [first] = runs;
  if (first === undefined) throw new Error('There are no runs to summarize');
  const spreads = Object.entries(figures).map(([name, read]) => [
    name,
    spreadOf(runs.flatMap((run) => read(run) ?? [])),
  ]);
  return {
    tool: first.tool,
    runs: runs.length,
    n: runs.reduce((sum, { matched }) => sum + matched, 0),
    // The keys are those of `figures`, whatever `Object.entries` says of them.
    figures: Object.fromEntries(spreads) as Record<Figure, Spread>,
  };
}

export function spreadOf(values: readonly number[]): Spread {
  const median = quantile(values, 0.5);
  if (median === null) return null;
  return { median, min: Math.min(...values), max: Math.max(...values), runs: values.length };
}

/** How many times the figure of the base in the same round each run has. */
export function ratiosTo(
  base: readonly PairedRun[],
  runs: readonly PairedRun[],
  read: (run: PairedRun) => number | null,
): Spread {
  const ratios = runs.flatMap((run) => {
    const beside = base.find(({ round }) => round === run.round);
    const [value, unit] = [read(run), beside === undefined ? null : read(beside)];
    return value === null || unit === null || unit === 0 ? [] : [value / unit];
  });
  return spreadOf(ratios);
}

function perThousand({ served }: PairedRun, seconds: number | null): number | null {
  return seconds === null ? null : (seconds * 1_000) / served;
}

function fieldOf(summary: ErrorSummary | null, field: 'p50' | 'p99' | 'max'): number | null {
  return summary === null ? null : summary[field];
}
