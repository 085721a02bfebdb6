import { describe, expect, it } from 'vitest';
import { pairRuns, splitCpu } from '../../../bench/peers/summarize-runs.ts';
import { roundRun } from './round-run.ts';

describe('pairRuns', () => {
  it('pairs the longest run of a round with the shortest of the same round and concurrency', () => {
    const runs = [
      roundRun({ round: 1, concurrency: 64, requests: 640 }),
      roundRun({ round: 1, concurrency: 64, requests: 128 }),
      roundRun({ round: 1, concurrency: 16, requests: 32 }),
      roundRun({ round: 2, concurrency: 64, requests: 640 }),
    ];
    const paired = pairRuns(runs, 64).map(({ round, load, short }) => [round, load.requests, short?.load.requests]);
    expect(paired).toEqual([
      [1, 640, 128],
      [2, 640, undefined],
    ]);
  });
});

describe('splitCpu', () => {
  it('separates the fixed CPU of a run from the CPU of each request', () => {
    const [paired] = pairRuns(
      [
        roundRun({ round: 1, concurrency: 4, requests: 100, cpuSeconds: 3 }),
        roundRun({ round: 1, concurrency: 4, requests: 600, cpuSeconds: 8 }),
      ],
      4,
    );
    if (paired === undefined) throw new Error('There is no run.');
    expect(splitCpu(paired)?.perRequest).toBeCloseTo(0.01, 12);
    expect(splitCpu(paired)?.fixed).toBeCloseTo(2, 12);
    expect(splitCpu({ ...paired, short: null })).toBeNull();
  });
});
