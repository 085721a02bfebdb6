import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGapPacker, listGaps, unpackGaps } from '../../../shared/metrics/block-gaps.ts';
import { addGaps, createGapSketch, summarizeGaps } from '../../../shared/metrics/chunk-gaps.ts';
import { makeFailure, makeOk } from '../../support/factories/sample-factory.ts';

const timelines = fc.array(fc.array(fc.double({ min: 0.001, max: 5_000, noNaN: true }), { maxLength: 12 }), {
  maxLength: 9,
});

describe('block gaps', () => {
  it('packed block by block, give all gaps of successful measured requests with the last block', () => {
    fc.assert(
      fc.property(timelines, fc.integer({ min: 1, max: 4 }), (gaps, size) => {
        const all = gaps.map((own, index) => {
          let atMs = 1_000;
          return { requestIndex: index, outputEventsMs: [atMs, ...own.map((gap) => (atMs += gap))] };
        });
        const makeIndexedSample = (index: number) =>
          index % 3 === 0
            ? makeFailure(0, 10, { requestIndex: index })
            : makeOk(
                { startMs: 0, ttftMs: 1, e2eMs: 2 },
                { requestIndex: index, warmup: index % 5 === 0, disturbed: index % 7 === 0 },
              );
        const good = all.filter(({ requestIndex: index }) => index % 3 !== 0 && index % 5 !== 0 && index % 7 !== 0);
        const expected = createGapSketch();
        addGaps(expected, listGaps(good));
        const pack = createGapPacker();
        let last = pack([], []);
        for (let first = 0; first < all.length; first += size) {
          const block = all.slice(first, first + size);
          const samples = block.map(({ requestIndex: index }) => makeIndexedSample(index));
          last = pack(samples, block);
        }
        const { blocks, gaps: packed } = unpackGaps(last);
        expect(blocks).toBe(1 + Math.ceil(all.length / size));
        const actual = summarizeGaps(packed, 'none');
        const { mean, stddev, ...rest } = summarizeGaps(expected, 'none');
        expect(actual).toMatchObject(rest);
        if (mean !== null) expect(actual.mean).toBeCloseTo(mean, 6);
        if (stddev !== null) expect(actual.stddev).toBeCloseTo(stddev, 5);
      }),
    );
  });

  it('are rounded to the microsecond, like stored timelines', () => {
    const outputEventsMs = [1.000_4, 2.000_6, 3.000_4];
    expect([...listGaps([{ requestIndex: 0, outputEventsMs }])]).toEqual([1.001, 0.999]);
  });
});
