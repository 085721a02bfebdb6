import { describe, expect, it } from 'vitest';
import { compareWithTruth, findWindow } from '../../../bench/peers/compare-with-truth.ts';
import type { LoggedRequest } from '../../../bench/peers/reference/reference-log.ts';
import { type Tool, type ToolRecord, unmatched } from '../../../bench/peers/tool.ts';

/** A request received at 1,000 · sequence, with three tokens 100 ms later and 10 ms apart, and an end 1 ms after the last. */
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
  it('finds no error in exact records with any kind of key', () => {
    const { ttft, tpot, e2e, matched } = compare([
      { ...exact, sequence: 0 },
      { ...exact, requestId: 'id-1' },
      { ...exact, promptNumber: 52 },
    ]);
    expect(matched).toBe(3);
    for (const errors of [ttft, tpot, e2e]) expect(errors).toEqual({ n: 3, p50: 0, p99: 0, max: 0 });
  });

  it('counts early and late values alike', () => {
    const { ttft, tpot } = compare([
      { ...exact, sequence: 0, ttftMs: 97 },
      { ...exact, sequence: 1, ttftMs: 103, tpotMs: 10.5 },
    ]);
    expect(ttft).toEqual({ n: 2, p50: 3, p99: 3, max: 3 });
    expect(tpot?.max).toBe(0.5);
  });

  it('omits values that a tool does not report', () => {
    const { ttft, e2e } = compare([{ ...exact, sequence: 0, ttftMs: null }]);
    expect(ttft).toBeNull();
    expect(e2e?.n).toBe(1);
  });

  it('compares the end-to-end latency with the end that the tool defines', () => {
    expect(compare([{ ...exact, sequence: 0, e2eMs: 121 }], 'last token').e2e?.max).toBe(1);
    expect(compare([{ ...exact, sequence: 0, e2eMs: 121 }], 'end of stream').e2e?.max).toBe(0);
  });

  it('computes the true rate of the reported requests over their own time', () => {
    const { trueRate, reportedRate } = compare([
      { ...exact, sequence: 1 },
      { ...exact, sequence: 2 },
    ]);
    expect(trueRate).toBeCloseTo(2_000 / 1_120, 12);
    expect(reportedRate).toBe(1.5);
  });

  it('compares a rate with the time span that the tool defines', () => {
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

  it('throws if the server did not log the request of a record', () => {
    expect(() => compare([{ ...exact, sequence: 9 }])).toThrow('did not log this request');
    expect(() => compare([])).toThrow('did not report any request');
  });

  it('covers the time from the first receipt to the last token', () => {
    expect(findWindow(log)).toEqual({ startAtMs: 0, endAtMs: 2_120 });
  });
});
