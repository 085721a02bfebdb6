import type { TargetReport } from '../../shared/report/model/report.ts';
import type { ProviderSummary } from '../provider/log/summarize-log.ts';

export type Agreement = {
  figure: string;
  reported: number | null;
  provider: number | null;
  /** What the provider's figure must lie in. */
  low: number | null;
  high: number | null;
  agrees: boolean;
};

/** Of the reported median. */
const medianTolerance = 0.02;

/**
 * Holds a target's reported figures against its provider's: medians must agree within 2 %, and the provider's slopes must
 * lie within the reported 95 % intervals. A figure that either side lacks does not agree.
 */
export function compareWithProvider(target: TargetReport, provider: ProviderSummary): Agreement[] {
  const { ttftMs, e2eLatencyMs } = target.requests;
  const slope = (name: 'inputTokens' | 'outputTokens') =>
    target.regressions.e2e.coefficients.find((coefficient) => coefficient.name === name);
  return [
    ofMedian('TTFT, median (ms)', ttftMs.p50, provider.ttftMs?.median ?? null),
    ofMedian('end to end, median (ms)', e2eLatencyMs.p50, provider.e2eLatencyMs?.median ?? null),
    ofSlope('per input token (ms)', slope('inputTokens'), provider.regression?.perInputTokenMs ?? null),
    ofSlope('per output token (ms)', slope('outputTokens'), provider.regression?.perOutputTokenMs ?? null),
  ];
}

function ofMedian(figure: string, reported: number | null, provider: number | null): Agreement {
  const within =
    reported === null ? null : { low: reported * (1 - medianTolerance), high: reported * (1 + medianTolerance) };
  return agreement(figure, reported, provider, within);
}

type Slope = { value: number; interval: { low: number; high: number } };

function ofSlope(figure: string, slope: Slope | undefined, provider: number | null): Agreement {
  return agreement(figure, slope?.value ?? null, provider, slope?.interval ?? null);
}

function agreement(
  figure: string,
  reported: number | null,
  provider: number | null,
  within: { low: number; high: number } | null,
): Agreement {
  const agrees = provider !== null && within !== null && provider >= within.low && provider <= within.high;
  return { figure, reported, provider, low: within?.low ?? null, high: within?.high ?? null, agrees };
}
