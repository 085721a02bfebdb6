import { describe, expect, test } from 'vitest';
import { type Agreement, compareWithProvider, renderAgreement } from '../../../infra/demo/compare-with-provider.ts';
import type { ProviderSummary } from '../../../infra/provider/log/summarize-log.ts';
import type { TargetReport } from '../../../shared/report/model/report.ts';

const provider: ProviderSummary = {
  n: 70,
  ttftMs: 560,
  e2eLatencyMs: 4_600,
  regression: { perInputTokenMs: 0.42, perOutputTokenMs: 27.2 },
};

function reported(ttft: number | null, e2e: number | null, input: [number, number], output: [number, number]) {
  const coefficient = (name: string, [low, high]: [number, number]) => ({
    name,
    value: (low + high) / 2,
    interval: { low, high },
  });
  // Contains only the compared fields of a report.
  return {
    requests: { ttftMs: { p50: ttft }, e2eLatencyMs: { p50: e2e } },
    regressions: { e2e: { coefficients: [coefficient('inputTokens', input), coefficient('outputTokens', output)] } },
  } as unknown as TargetReport;
}

const verdicts = (agreements: Agreement[]) => agreements.map(({ agrees }) => agrees);

describe('comparison of a report with the provider log', () => {
  test('agrees within 2 % of the medians and within the confidence intervals of the slopes', () => {
    const target = reported(560 / 1.0199, 4_600 / 0.9801, [0.3, 0.5], [27, 28]);
    expect(verdicts(compareWithProvider(target, provider))).toEqual([true, true, true, true]);
  });

  test('does not agree outside these ranges, for each value separately', () => {
    const target = reported(560 / 1.021, 4_600 / 0.979, [0.43, 0.5], [26, 27.1]);
    expect(verdicts(compareWithProvider(target, provider))).toEqual([false, false, false, false]);
  });

  test('does not agree if either side has no value', () => {
    const silent: ProviderSummary = { ...provider, ttftMs: null, e2eLatencyMs: null, regression: null };
    const target = reported(560, 4_600, [0.3, 0.5], [27, 28]);
    expect(verdicts(compareWithProvider(target, silent))).toEqual([false, false, false, false]);
    const empty = reported(null, null, [0.3, 0.5], [27, 28]);
    expect(verdicts(compareWithProvider(empty, provider)).slice(0, 2)).toEqual([false, false]);
  });

  test('is rendered as a table that marks each difference', () => {
    const text = renderAgreement('one', compareWithProvider(reported(560, 4_000, [0.3, 0.5], [27, 28]), provider));
    const lines = text.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(lines[0]?.[0]).toBe('one');
    expect(lines.slice(1).map((cells) => cells.at(-1))).toEqual(['agrees', 'DIFFERS', 'agrees', 'agrees']);
  });
});
