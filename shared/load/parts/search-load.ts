import type { LoadUnit, Search } from './search-schema.ts';

/** What a level of a search gave. Derived from its samples, so the same whenever it is asked for. */
export type LevelResult = {
  /** Streams, or requests per second. */
  value: number;
  /** Good requests per second; null where no request of the level ended well. */
  throughput: number | null;
  /** Whether it meets the SLOs; null where the search has none. */
  isMet: boolean | null;
};

export type Finding = {
  /** The load found; null where there is none, for the reason. */
  value: number | null;
  /** The bracket: measured loads below and above what was found; null where the search met its bound on that side. */
  low: number | null;
  high: number | null;
  reason: string | null;
};

export type SearchStep = { next: number } | { finding: Finding };

/** So many levels are measured about a knee, at most, once the doubling has passed it. */
const maxKneeLevels = 4;
/** Within this share of the line, or of the plateau, a level counts as on it. */
const onTheLine = 0.1;

/**
 * The next load of a search, or what it has found: a pure function of the results so far, in any order.
 *
 * Both searches begin at `min` and double. `slo` goes on while a level meets the slos, and then halves the bracket of
 * the highest load that met them and the lowest one above it that did not, until it is within `precision`.
 *
 * `knee` goes on while throughput grows: until (X₂ − X₁)/(L₂ − L₁) < minGain · X₁/L₁ for the loads L₁ < L₂ of two levels in
 * turn and their throughputs X. The knee is then where the line through the origin and the first level meets the highest
 * throughput, N* = max X / (X₀/L₀): the load at which a target would be saturated if it gave its first throughput per load
 * all the way (the saturation point of asymptotic bounds analysis). It is measured there, and the estimate renewed, until a
 * measured load is within `precision` of it.
 */
export function searchLoad(
  { search, over }: { search: Search; over: LoadUnit },
  results: readonly LevelResult[],
): SearchStep {
  const inOrder = results.toSorted((a, b) => a.value - b.value);
  return search.find === 'slo' ? searchSlo(search, over, inOrder) : searchKnee(search, over, inOrder);
}

/** The loads of the doubling: min, 2·min, 4·min, … and max. */
export function doublings({ min, max }: Pick<Search, 'min' | 'max'>): number[] {
  const values: number[] = [];
  for (let value = min; value < max; value *= 2) values.push(value);
  return [...values, max];
}

/** As many levels, at these loads, as the search can come to measure at the very most. */
export function mostLevels(search: Search): number[] {
  const double = doublings(search);
  const halvings = search.find === 'knee' ? maxKneeLevels : Math.ceil(Math.log2(1 / search.precision)) + 1;
  return double.length === 1 ? double : [...double, ...new Array<number>(halvings).fill(search.max)];
}

function searchSlo(
  search: Extract<Search, { find: 'slo' }>,
  over: LoadUnit,
  results: readonly LevelResult[],
): SearchStep {
  const high = results.find(({ isMet }) => isMet !== true)?.value ?? null;
  const low = results.findLast(({ value }) => high === null || value < high)?.value ?? null;
  if (high === null) {
    if (low === null) return { next: search.min };
    if (low < search.max) return { next: Math.min(2 * low, search.max) };
    const reason = 'the SLOs are met up to the largest load of the search';
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
  for (const { value, throughput } of results) {
    if (throughput === null || throughput <= 0) return noKnee(null, `no request ended well at a load of ${value}`);
    known.set(value, throughput);
  }
  const double = doublings(search);
  let turned = double.length === 1;
  for (let k = 0; k < double.length && !turned; k++) {
    const [load = 0, before = 0] = [double[k], double[k - 1]];
    const [throughput, previous] = [known.get(load), known.get(before)];
    if (throughput === undefined) return { next: load };
    if (previous === undefined) continue;
    turned = (throughput - previous) / (load - before) < (search.minGain * previous) / before;
  }
  if (!turned) return noKnee(search.max, 'throughput still grows at the largest load of the search');
  const first = known.get(search.min);
  if (first === undefined) return { next: search.min };
  const perLoad = first / search.min;
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

function noKnee(low: number | null, reason: string): SearchStep {
  return { finding: { value: null, low, high: null, reason } };
}

/** Streams are whole; rates have four digits. */
function roundLoad(over: LoadUnit, value: number): number {
  return over === 'concurrency' ? Math.max(1, Math.round(value)) : Number(value.toPrecision(4));
}
