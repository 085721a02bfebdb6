import { describe, expect, test } from 'vitest';
import { compareWithTruth } from '../../../../bench/accuracy/compare-with-truth.ts';
import type { Truth } from '../../../../bench/accuracy/reference-server.ts';
import { runRow, startReference } from '../../../../bench/accuracy/run-row.ts';

const truth: Truth = { receivedMs: 1_000, sentMs: Float64Array.of(1_050, 1_080, 1_110) };
const log = new Map([[7, truth]]);

describe('compareWithTruth', () => {
  test('errors of a start, a timestamp and a gap appear in their own fields', () => {
    // Started 1 ms before the receipt; stamps late by 2, 0.5 and 4 ms.
    const told = [{ index: 7, startMs: 999, stampsMs: Float64Array.of(1_052, 1_080.5, 1_114) }];
    const errors = compareWithTruth({ told }, log, 1);
    expect(errors.stamp).toMatchObject({ n: 3, p50: 2, max: 4 });
    expect(errors.minStampMs).toBe(0.5);
    expect(errors.ttft.max).toBeCloseTo(3, 9);
    expect(errors.tpot.max).toBeCloseTo(1, 9);
    expect(errors.e2e.max).toBeCloseTo(5, 9);
  });

  test('tokens of one chunk share its time, and TPOT is per token', () => {
    const told = [{ index: 7, startMs: 1_000, stampsMs: Float64Array.of(1_050, 1_080, 1_139) }];
    expect(compareWithTruth({ told }, log, 10).tpot.max).toBeCloseTo(29 / 29, 9);
  });

  test('a value missing on either side gives no error value, not a small one', () => {
    const short = [{ index: 7, startMs: 1_000, stampsMs: Float64Array.of(1_050, 1_080) }];
    expect(() => compareWithTruth({ told: short }, log, 1)).toThrow(
      'the subject reported 2 chunks, but the server sent 3',
    );
    expect(() => compareWithTruth({ told: [] }, log, 1)).toThrow('reported 0 requests, but the server received 1');
    const lost = [{ index: 7, startMs: 1_000, stampsMs: Float64Array.of(1_050, Number.NaN, 1_110) }];
    expect(() => compareWithTruth({ told: lost }, log, 1)).toThrow('A time is missing');
  });
});

describe('a row of the bench', () => {
  test.each(['instrument', 'floor'] as const)(
    '%s: every chunk is recorded, none before it was sent',
    async (subject) => {
      const reference = await startReference();
      try {
        const row = { streams: 4, tokensPerSecond: 50, tokensPerChunk: 2, seconds: 1 };
        const run = await runRow(reference, subject, row);
        expect(run.errors.stamp.n).toBe(4 * 25);
        expect(run.tokens).toBe(4 * 50);
        // The clocks of three processes are one, to some microseconds.
        expect(run.errors.minStampMs).toBeGreaterThan(-0.05);
        expect(run.errors.stamp.p50).toBeLessThan(100);
        expect(run.threadCpuUs).toBeGreaterThan(0);
        expect(run.processCpuUs).toBeGreaterThanOrEqual(run.threadCpuUs * 0.9);
      } finally {
        reference.close();
      }
    },
  );
});
