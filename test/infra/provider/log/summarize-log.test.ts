import { describe, expect, test } from 'vitest';
import { createRandom, drawNormal } from '../../../../infra/provider/engine/draw-stream.ts';
import { type ProviderLogLine, parseProviderLog } from '../../../../infra/provider/log/request-log.ts';
import { summarizeProviderLog } from '../../../../infra/provider/log/summarize-log.ts';

function line(index: number, size: { inputTokens: number; outputTokens: number }, e2eMs: number): ProviderLogLine {
  const receivedAtMs = 1_700_000_000_000 + index * 10;
  return {
    requestId: `m-${index}`,
    sequence: index + 1,
    model: 'm',
    path: '/v1/chat/completions',
    stream: true,
    headersAtMs: receivedAtMs - 1,
    receivedAtMs,
    startedAtMs: receivedAtMs,
    firstByteSentAtMs: receivedAtMs + 1,
    tokens: [
      [receivedAtMs + 100 + index, 1],
      [receivedAtMs + e2eMs, size.outputTokens - 1],
    ],
    endAtMs: receivedAtMs + e2eMs + 1,
    ...size,
    maxTokens: null,
    status: 200,
    finishReason: 'stop',
    fault: null,
    numberIsRight: null,
    inFlightAtStart: 0,
    queuedAtStart: 0,
    lateMaxMs: 0.5,
    abandoned: false,
  };
}

const sizes = Array.from({ length: 41 }, (_, index) => {
  const random = createRandom(5, index);
  return {
    inputTokens: Math.round(550 + 100 * drawNormal(random)),
    outputTokens: Math.round(150 + 20 * drawNormal(random)),
  };
});
const planted = sizes.map((size, index) => line(index, size, 250 + 0.5 * size.inputTokens + 30 * size.outputTokens));

describe('summarizeProviderLog', () => {
  test('recovers the planted coefficients', () => {
    const { regression, n } = summarizeProviderLog(planted, 'm');
    expect(n).toBe(41);
    expect(regression?.perInputTokenMs).toBeCloseTo(0.5, 6);
    expect(regression?.perOutputTokenMs).toBeCloseTo(30, 6);
  });

  test('counts medians from the last byte of the request', () => {
    const summary = summarizeProviderLog(planted, 'm');
    expect(summary.ttftMs).toBe(120);
    const even = summarizeProviderLog(planted.slice(0, 4), 'm');
    expect(even.ttftMs).toBe(101.5);
  });

  test('omits warm-up requests, other models, failures, and abandoned answers', () => {
    const [first] = planted;
    if (first === undefined) throw new Error('There is no line.');
    const lines = [
      ...planted,
      { ...first, model: 'other' },
      { ...first, status: 429, tokens: [], finishReason: null },
      { ...first, fault: 'garbage-event' },
      { ...first, abandoned: true },
    ];
    expect(summarizeProviderLog(lines, 'm').n).toBe(41);
    expect(summarizeProviderLog(lines.toReversed(), 'm', { skipFirst: 11 }).ttftMs).toBe(125.5);
    expect(summarizeProviderLog([...planted, { ...first, fault: 'crlf' }], 'm').n).toBe(42);
  });

  test('has null values, not zeros, without data', () => {
    expect(summarizeProviderLog([], 'm')).toEqual({ n: 0, ttftMs: null, e2eLatencyMs: null, regression: null });
    const same = planted.map((item) => ({ ...item, inputTokens: 500 }));
    expect(summarizeProviderLog(same, 'm').regression).toBeNull();
  });

  test('parses the log without an incomplete last line', () => {
    const text = `${planted.map((item) => JSON.stringify(item)).join('\n')}\n{"requestId":"m-4`;
    expect(parseProviderLog(text)).toEqual(planted);
  });
});
