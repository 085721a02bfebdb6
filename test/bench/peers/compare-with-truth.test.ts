import { describe, expect, it } from 'vitest';
import { compareWithTruth, windowOf } from '../../../bench/peers/compare-with-truth.ts';
import type { LoggedRequest } from '../../../bench/peers/reference/reference-log.ts';
import { type Tool, type ToolRecord, unmatched } from '../../../bench/peers/tool.ts';

/** Received at 1,000 · sequence; three tokens 100 ms later and 10 ms apart; the end 1 ms after the last. */
function line(sequence: number): LoggedRequest {
  const receivedAtMs = 1_000 * sequence;
  return {
    sequence,
    promptNumber: 50 + sequence,
    requestId: `id-${sequence}`,
    receivedAtMs,
    tokensSentAtMs: [100, 110, 120].map((after) => receivedAtMs + after),
    endSentAtMs: receivedAtMs + 121,
    inputBytes: 1,
  };
}

const log = [line(0), line(1), line(2)];
const exact = { ...unmatched, ttftMs: 100, tpotMs: 10, e2eMs: 120 };

function compare(records: ToolRecord[], e2eEndsAt: 'last token' | 'end of stream' = 'last token') {
  const rateSpan = { from: 'first start', to: 'last end' } as const;
  return compareWithTruth({ e2eEndsAt, rateSpan }, { records, requestsPerSecond: 1.5, measuringCpuSeconds: null }, log);
}

describe('compareWithTruth', () => {
  it('finds no error in what is exact, however a record names its request', () => {
    const { ttft, tpot, e2e, matched } = compare([
      { ...exact, sequence: 0 },
      { ...exact, requestId: 'id-1' },
      { ...exact, promptNumber: 52 },
    ]);
    expect(matched).toBe(3);
    for (const errors of [ttft, tpot, e2e]) expect(errors).toEqual({ n: 3, p50: 0, p99: 0, max: 0 });
  });

  it('counts what is early like what is late', () => {
    const { ttft, tpot } = compare([
      { ...exact, sequence: 0, ttftMs: 97 },
      { ...exact, sequence: 1, ttftMs: 103, tpotMs: 10.5 },
    ]);
    expect(ttft).toEqual({ n: 2, p50: 3, p99: 3, max: 3 });
    expect(tpot?.max).toBe(0.5);
  });

  it('leaves out what a tool does not report rather than taking it for zero', () => {
    const { ttft, e2e } = compare([{ ...exact, sequence: 0, ttftMs: null }]);
    expect(ttft).toBeNull();
    expect(e2e?.n).toBe(1);
  });

  it('holds the end-to-end latency against the end that the tool means', () => {
    expect(compare([{ ...exact, sequence: 0, e2eMs: 121 }], 'last token').e2e?.max).toBe(1);
    expect(compare([{ ...exact, sequence: 0, e2eMs: 121 }], 'end of stream').e2e?.max).toBe(0);
  });

  it('takes the true rate of the requests that were reported, over their own time', () => {
    const { trueRate, reportedRate } = compare([
      { ...exact, sequence: 1 },
      { ...exact, sequence: 2 },
    ]);
    expect(trueRate).toBeCloseTo(2_000 / 1_120, 12);
    expect(reportedRate).toBe(1.5);
  });

  it('holds a rate against the span that the tool means', () => {
    const records = [
      { ...exact, sequence: 0 },
      { ...exact, sequence: 1 },
    ];
    const result = { records, requestsPerSecond: null, measuringCpuSeconds: null };
    const over = (rateSpan: Tool['rateSpan']) =>
      compareWithTruth({ e2eEndsAt: 'last token', rateSpan }, result, log).trueRateOfItsSpan;
    expect(over({ from: 'first start', to: 'last start' })).toBeCloseTo(2, 12);
    expect(over({ from: 'first end', to: 'last end' })).toBeCloseTo(2, 12);
    expect(over({ from: 'first start', to: 'last end' })).toBeCloseTo(2_000 / 1_120, 12);
  });

  it('throws where a record is of no request that the server had', () => {
    expect(() => compare([{ ...exact, sequence: 9 }])).toThrow('knows no such request');
    expect(() => compare([])).toThrow('no request');
  });

  it('spans from the first receipt to the last token', () => {
    expect(windowOf(log)).toEqual({ startAtMs: 0, endAtMs: 2_120 });
  });
});
