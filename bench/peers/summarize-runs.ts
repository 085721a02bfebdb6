import { quantile } from '../../shared/stats/quantile.ts';
import type { ErrorSummary, RoundRun } from './tool-run.ts';

/** Median, minimum, and maximum over the runs; null if no run has the value. */
export type Spread = { median: number; min: number; max: number; runs: number } | null;

export type ToolSummary = {
  tool: string;
  runs: number;
  /** Compared requests of all runs. */
  n: number;
  metrics: Record<MetricName, Spread>;
};

export const metrics = {
  ttftP50: (run) => getField(run.ttft, 'p50'),
  ttftP99: (run) => getField(run.ttft, 'p99'),
  ttftMax: (run) => getField(run.ttft, 'max'),
  tpotP50: (run) => getField(run.tpot, 'p50'),
  tpotP99: (run) => getField(run.tpot, 'p99'),
  tpotMax: (run) => getField(run.tpot, 'max'),
  e2eP50: (run) => getField(run.e2e, 'p50'),
  e2eP99: (run) => getField(run.e2e, 'p99'),
  e2eMax: (run) => getField(run.e2e, 'max'),
  /** Unit: percent. */
  rateError: ({ reportedRate, trueRateOfItsSpan }) =>
    reportedRate === null ? null : Math.abs(reportedRate / trueRateOfItsSpan - 1) * 100,
  reportedRate: (run) => run.reportedRate,
  trueRate: (run) => run.trueRate,
  /** CPU seconds per 1,000 requests that the server received. */
  cpuWhole: (run) => scaleToThousand(run, run.cpuSeconds),
  cpuUnderLoad: (run) => scaleToThousand(run, run.cpuSecondsUnderLoad),
  cpuMeasuring: (run) => scaleToThousand(run, run.cpuSecondsMeasuring),
  cpuMarginal: (run) => {
    const split = splitCpu(run);
    return split === null ? null : split.perRequest * 1_000;
  },
  /** CPU seconds of a run that do not depend on the number of requests. */
  cpuFixed: (run) => splitCpu(run)?.fixed ?? null,
  wallSeconds: (run) => run.wallSeconds,
  loadAverage: (run) => run.loadAverage,
} satisfies Record<string, (run: PairedRun) => number | null>;
export type MetricName = keyof typeof metrics;

/** Summarizes each value over the runs of one tool under one load. */
export function summarizeRuns(runs: readonly PairedRun[]): ToolSummary {
  const [first] = runs;
  if (first === undefined) throw new Error('There are no runs to summarize.');
  const spreads = Object.entries(metrics).map(([name, read]) => [
    name,
    computeSpread(runs.flatMap((run) => read(run) ?? [])),
  ]);
  return {
    tool: first.tool,
    runs: runs.length,
    n: runs.reduce((sum, { matched }) => sum + matched, 0),
    // The keys are those of `metrics`, although `Object.entries` types them as strings.
    metrics: Object.fromEntries(spreads) as Record<MetricName, Spread>,
  };
}

export function computeSpread(values: readonly number[]): Spread {
  const median = quantile(values, 0.5);
  if (median === null) return null;
  return { median, min: Math.min(...values), max: Math.max(...values), runs: values.length };
}

/** Summarizes the ratios of the runs to the base runs of the same rounds. */
export function summarizeRatios(
  base: readonly PairedRun[],
  runs: readonly PairedRun[],
  read: (run: PairedRun) => number | null,
): Spread {
  const ratios = runs.flatMap((run) => {
    const match = base.find(({ round }) => round === run.round);
    const [value, unit] = [read(run), match === undefined ? null : read(match)];
    return value === null || unit === null || unit === 0 ? [] : [value / unit];
  });
  return computeSpread(ratios);
}

function scaleToThousand({ served }: PairedRun, seconds: number | null): number | null {
  return seconds === null ? null : (seconds * 1_000) / served;
}

function getField(summary: ErrorSummary | null, field: 'p50' | 'p99' | 'max'): number | null {
  return summary === null ? null : summary[field];
}

/** A run, and the shorter run of the same tool, streams, and round; null if there is only one. */
export type PairedRun = RoundRun & { short: RoundRun | null };

/** Pairs the longest run of each round at this concurrency with the shortest of that round. */
export function pairRuns(runs: readonly RoundRun[], concurrency: number): PairedRun[] {
  const rounds = Map.groupBy(
    runs.filter(({ load }) => load.concurrency === concurrency),
    ({ round }) => round,
  );
  return [...rounds.values()].flatMap((some): PairedRun[] => {
    const ascending = some.toSorted((a, b) => a.load.requests - b.load.requests);
    const [shortest, long] = [ascending[0], ascending.at(-1)];
    if (shortest === undefined || long === undefined) return [];
    return [{ ...long, short: shortest.load.requests < long.load.requests ? shortest : null }];
  });
}

/** Computes the CPU seconds per request and the fixed CPU seconds: the line through a short and a long run. */
export function splitCpu({ cpuSeconds, served, short }: PairedRun): { fixed: number; perRequest: number } | null {
  if (short === null || short.served === served) return null;
  const perRequest = (cpuSeconds - short.cpuSeconds) / (served - short.served);
  return { perRequest, fixed: cpuSeconds - perRequest * served };
}
