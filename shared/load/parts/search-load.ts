import { z } from 'zod';
import type { LoadUnit, Search } from './search-schema.ts';

/** Result of one load level in a search, computed from the level's samples. */
export type LevelResult = {
  /** The load: number of streams, or requests per second. */
  value: number;
  /** Successful requests per second. Null if no request succeeded. */
  throughput: number | null;
  /** Requests that started per second. With random arrivals, it differs from the rate in `value`. */
  startedPerSecond?: number | null;
  /** Whether the level meets the search's SLOs. Null if the search has no SLOs, or if no request was sent. */
  isMet: boolean | null;
  /** Whether a request was sent. Default: true. */
  isSent?: boolean;
};

const load = z.number().nullable();

export const findingSchema = z.object({
  value: load.describe('The knee, or the highest load that meets the SLOs; null if none was found'),
  low: load.describe(
    'slo: highest measured load that meets the SLOs. knee: highest load up to which throughput is within 10 % of proportional',
  ),
  high: load.describe(
    'slo: lowest higher load that does not meet them. knee: lowest load from which throughput is within 10 % of its maximum',
  ),
  reason: z.string().nullable().describe('Why the value or its upper bound is null'),
});
export type Finding = z.infer<typeof findingSchema>;

export type SearchStep = { next: number } | { finding: Finding };

/** Maximum number of levels that a `knee` search adds after it has stopped doubling. */
const maxKneeLevels = 4;
/** A level's throughput counts as linear, or as the highest, if it is at most this share below it. */
const onTheLine = 0.1;

/**
 * Returns the next load to measure, or the result of the search. Both depend only on the earlier results, not on their
 * order. Both kinds of search start at `min` and double the load. An `slo` search doubles while each level meets the
 * SLOs. It then measures between the highest load that meets the SLOs and the next higher measured load. It repeats
 * this until the relative difference between these two loads is at most `precision`.
 * A `knee` search doubles while throughput grows, until (X₂ − X₁)/(L₂ − L₁) < minGain · X₁/L₁ for two successive loads
 * L₁ < L₂ with throughputs X₁ and X₂. The knee N* = max X / (X₀/L₀) is where the initial line, through the origin and
 * the first level (L₀, X₀), reaches the highest throughput: the saturation point in asymptotic bounds analysis. The
 * search measures at N* and computes N* again, until N* is within `precision` (relative) of a measured load.
 */
export function searchLoad(
  { search, over }: { search: Search; over: LoadUnit },
  results: readonly LevelResult[],
): SearchStep {
  const inOrder = results.toSorted((a, b) => a.value - b.value);
  return search.find === 'slo' ? searchSlo(search, over, inOrder) : searchKnee(search, over, inOrder);
}

/** Lists the loads min, 2·min, 4·min, …, and max. */
function listDoublings({ min, max }: Pick<Search, 'min' | 'max'>): number[] {
  const values: number[] = [];
  for (let value = min; value < max; value *= 2) values.push(value);
  return [...values, max];
}

/** Lists the largest possible number of levels in a search, each with its highest possible load. */
export function listMostLevels(search: Search): number[] {
  const double = listDoublings(search);
  const halvings = search.find === 'knee' ? maxKneeLevels : Math.ceil(Math.log2(1 / search.precision)) + 1;
  return double.length === 1 ? double : [...double, ...new Array<number>(halvings).fill(search.max)];
}

function searchSlo(
  search: Extract<Search, { find: 'slo' }>,
  over: LoadUnit,
  results: readonly LevelResult[],
): SearchStep {
  const high = results.find(({ isMet }) => isMet === false)?.value ?? null;
  const low = results.findLast(({ value, isMet }) => isMet && (high === null || value < high))?.value ?? null;
  const unsent = results.find(({ isSent }) => isSent === false);
  if (unsent !== undefined) return { finding: { value: low, low, high, reason: explainUnsent(unsent) } };
  if (high === null) {
    if (low === null) return { next: search.min };
    if (low < search.max) return { next: Math.min(2 * low, search.max) };
    const reason = 'the largest load of the search meets the SLOs';
    return { finding: { value: low, low, high: null, reason } };
  }
  if (low === null)
    return { finding: { value: null, low: null, high, reason: 'the smallest load does not meet the SLOs' } };
  const isClose = high - low <= search.precision * low || (over === 'concurrency' && high - low <= 1);
  if (isClose) return { finding: { value: low, low, high, reason: null } };
  return { next: roundLoad(over, (low + high) / 2) };
}

function searchKnee(
  search: Extract<Search, { find: 'knee' }>,
  over: LoadUnit,
  results: readonly LevelResult[],
): SearchStep {
  const known = new Map<number, number>();
  let slope: number | undefined;
  for (const { value, throughput, startedPerSecond, isSent = true } of results) {
    if (!isSent) return noKnee(null, explainUnsent({ value }));
    if (throughput === null || throughput <= 0) return noKnee(null, `no request succeeded at a load of ${value}`);
    known.set(value, throughput);
    if (value === search.min) slope = throughput / (over === 'rate' ? (startedPerSecond ?? value) : value);
  }
  const double = listDoublings(search);
  let turned = double.length === 1;
  for (let k = 0; k < double.length && !turned; k++) {
    const [load = 0, before = 0] = [double[k], double[k - 1]];
    const [throughput, previous] = [known.get(load), known.get(before)];
    if (throughput === undefined) return { next: load };
    if (previous === undefined) continue;
    turned = (throughput - previous) / (load - before) < (search.minGain * previous) / before;
  }
  if (!turned) return noKnee(search.max, 'throughput still increases at the largest load of the search');
  if (slope === undefined) return { next: search.min };
  const perLoad = slope;
  const highest = Math.max(...known.values());
  const knee = Math.min(search.max, Math.max(search.min, highest / perLoad));
  const loads = [...known.keys()];
  const isNear = (load: number) => Math.abs(load - knee) <= search.precision * knee;
  const extra = loads.filter((load) => !double.includes(load)).length;
  const next = roundLoad(over, knee);
  if (!loads.some(isNear) && !known.has(next) && extra < maxKneeLevels) return { next };
  const lift = (load: number) => known.get(load) ?? 0;
  return {
    finding: {
      value: next,
      low: loads.findLast((load) => load <= next && lift(load) >= (1 - onTheLine) * perLoad * load) ?? null,
      high: loads.find((load) => load >= next && lift(load) >= (1 - onTheLine) * highest) ?? null,
      reason: null,
    },
  };
}

/** A level that ends before its first request, for example because of `durationMs`, shows nothing about the target. */
function explainUnsent({ value }: Pick<LevelResult, 'value'>): string {
  return `no request was sent at a load of ${value}`;
}

function noKnee(low: number | null, reason: string): SearchStep {
  return { finding: { value: null, low, high: null, reason } };
}

/** Rounds a load to a whole number of streams, or to a rate with four significant digits. */
function roundLoad(over: LoadUnit, value: number): number {
  return over === 'concurrency' ? Math.max(1, Math.round(value)) : Number(value.toPrecision(4));
}
