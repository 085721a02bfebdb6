import type { TargetReport } from '../../shared/report/model/report.ts';
import { alignLines } from '../../shared/report/render/align-columns.ts';
import { formatShort } from '../../shared/report/words/format-text.ts';
import type { ProviderSummary } from '../provider/log/summarize-log.ts';

/** A reported value, the provider's value, and the range that counts as agreement. Missing values are null. */
export type Agreement = {
  metric: string;
  reported: number | null;
  provider: number | null;
  range: { low: number; high: number } | null;
  agrees: boolean;
};

/** Maximum difference between two medians, as a share of the reported median. */
const medianTolerance = 0.02;

/**
 * Compares a target's report with the provider's log. Medians agree if they differ by at most 2 %. A slope agrees if
 * the provider's slope is within the reported 95 % interval. A missing value counts as disagreement.
 */
export function compareWithProvider(target: TargetReport, provider: ProviderSummary): Agreement[] {
  const { ttftMs, e2eLatencyMs } = target.requests;
  const { coefficients } = target.regressions.e2e;
  const input = coefficients.find(({ name }) => name === 'inputTokens');
  const output = coefficients.find(({ name }) => name === 'outputTokens');
  const aroundMedian = (median: number | null) =>
    median === null ? null : { low: median * (1 - medianTolerance), high: median * (1 + medianTolerance) };
  const [ttft, e2e] = [ttftMs.p50, e2eLatencyMs.p50];
  const rows = [
    ['TTFT, median (ms)', ttft, provider.ttftMs, aroundMedian(ttft)],
    ['End-to-end latency, median (ms)', e2e, provider.e2eLatencyMs, aroundMedian(e2e)],
    ['Time per input token (ms)', input?.value, provider.regression?.perInputTokenMs, input?.interval],
    ['Time per output token (ms)', output?.value, provider.regression?.perOutputTokenMs, output?.interval],
  ] as const;
  return rows.map(([metric, reported = null, own = null, range = null]) => {
    const agrees = own !== null && range !== null && own >= range.low && own <= range.high;
    return { metric, reported, provider: own, range, agrees };
  });
}

export function renderAgreement(targetId: string, agreements: readonly Agreement[]): string {
  const rows = agreements.map(({ metric, reported, provider, range, agrees }) => [
    metric,
    formatValue(reported),
    formatValue(provider),
    `${formatValue(range?.low ?? null)} to ${formatValue(range?.high ?? null)}`,
    agrees ? 'agrees' : 'DIFFERS',
  ]);
  return alignLines([[targetId, 'report', "provider's log", 'accepted range', ''], ...rows], 1).join('\n');
}

function formatValue(value: number | null): string {
  return value === null ? '-' : formatShort(value);
}
