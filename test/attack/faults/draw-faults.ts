import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Kinds of faults, and how often each is drawn. */
const weights = {
  'kill of the service': 4,
  'kill of a worker': 4,
  'stop of the service': 3,
  'stop of a worker': 3,
  'full disk': 2,
  'clock 1 h ahead': 2,
  'clock 1 h behind': 2,
  'damaged block': 2,
} as const;
export type FaultKind = keyof typeof weights;
export const faultKinds = Object.keys(weights) as FaultKind[]; // the keys of a constant

/** Moments in the life of a run. */
export const moments = ['queued', 'running', 'half done', 'finalizing', 'finished', 'any time'] as const;
export type Moment = (typeof moments)[number];

export type PlannedFault = {
  kind: FaultKind;
  at: Moment;
  /** Time in ms from the moment to the fault. */
  delayMs: number;
  /** Time in ms that a stop or a full disk lasts. */
  lastsMs: number;
};

/** Faults of one run, and whether its owner cancels it. */
export type Episode = { seed: number; faults: PlannedFault[]; isCanceled: boolean; isInterleaved: boolean };

const maxFaultsPerRun = 4;

/** Draws runs with faults until all faults are used. The same seed draws the same runs. */
export function drawEpisodes(faultCount: number, firstSeed: number): Episode[] {
  const episodes: Episode[] = [];
  for (let left = faultCount, seed = firstSeed; left > 0; seed++) {
    const random = xoroshiro128plus(seed);
    const draw = (min: number, max: number) => uniformInt(random, min, max);
    const count = Math.min(left, draw(1, maxFaultsPerRun));
    const faults = Array.from({ length: count }, () => ({
      kind: pickKind(draw),
      at: moments[draw(0, moments.length - 1)] ?? 'running',
      delayMs: draw(0, 300),
      lastsMs: draw(100, 4_000),
    }));
    faults.sort((a, b) => moments.indexOf(a.at) - moments.indexOf(b.at));
    episodes.push({ seed, faults, isCanceled: draw(0, 9) === 0, isInterleaved: draw(0, 1) === 0 });
    left -= count;
  }
  return episodes;
}

function pickKind(draw: (min: number, max: number) => number): FaultKind {
  const bag = faultKinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind));
  return bag[draw(0, bag.length - 1)] ?? 'kill of the service';
}
