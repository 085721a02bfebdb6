import type { RoundRun } from './tool-run.ts';

/** A run, and the shorter one of the same tool, streams and round, where there is one. */
export type PairedRun = RoundRun & { short: RoundRun | null };

/** The longest run of each round at that many streams, with the shortest of that round beside it. */
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

/**
 * What one request more costs, CPU seconds, and what a run costs before its first: the line through a short and a long run,
 * which are alike but for the number of requests.
 */
export function splitCpu({ cpuSeconds, served, short }: PairedRun): { fixed: number; perRequest: number } | null {
  if (short === null || short.served === served) return null;
  const perRequest = (cpuSeconds - short.cpuSeconds) / (served - short.served);
  return { perRequest, fixed: cpuSeconds - perRequest * served };
}
