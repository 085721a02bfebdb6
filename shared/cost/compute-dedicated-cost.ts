import { z } from 'zod';
import { createMetricValue, type MetricValue, metricValueSchema } from '../metrics/metric-value.ts';
import type { WindowMetrics } from '../metrics/windows/measure-window.ts';
import { type Dedicated, dedicatedSchema } from '../spec/pricing.ts';

export const dedicatedCostSchema = z
  .object({
    hardware: dedicatedSchema.describe('As the run keeps it'),
    hourlyUsd: z.number().describe('Of all instances together'),
    stageIndex: z.number().int().min(0).nullable().describe('Whose throughput counts: the highest of the target'),
    window: z.enum(['full', 'steady']).nullable().describe('Of that stage; the steady one where it has a throughput'),
    outputTokensPerSecondTotal: metricValueSchema,
    costPerMillionOutputTokensAtFullUseUsd: metricValueSchema,
    costPerMillionTokensAtFullUseUsd: metricValueSchema,
    costPerThousandRequestsAtFullUseUsd: metricValueSchema,
  })
  .meta({
    id: 'DedicatedCost',
    description: 'What tokens cost on hardware of their own, if it were always as busy as it was measured to be',
  });
export type DedicatedCost = z.infer<typeof dedicatedCostSchema>;

/** The throughput that hardware is judged by, and where it was measured. */
export type Throughput = { stageIndex: number; window: 'full' | 'steady' } & Pick<
  WindowMetrics,
  'completedRequestsPerMinute' | 'outputTokensPerSecondTotal' | 'totalTokensPerSecondTotal'
>;

/** The throughput of a stage: that of its steady window, else of the full window. */
export function chooseThroughput(stageIndex: number, windows: Record<'full' | 'steady', WindowMetrics>): Throughput {
  const window = windows.steady.outputTokensPerSecondTotal.value === null ? 'full' : 'steady';
  return { stageIndex, window, ...windows[window] };
}

/** The highest output throughput of several stages; null for none. */
export function findHighestThroughput(stages: readonly Throughput[]): Throughput | null {
  const speedOf = ({ outputTokensPerSecondTotal: { value } }: Throughput) => value ?? -1;
  return stages.reduce<Throughput | null>(
    (best, stage) => (best === null || speedOf(stage) > speedOf(best) ? stage : best),
    null,
  );
}

/**
 * The cost of tokens at full utilization: hourly price / (tokens per second · 3,600) · 10⁶; of 1,000 requests, hourly price
 * / requests per hour · 1,000. Null where the target has no hardware of its own.
 * @param throughput null: there was none, for no stage was measured
 */
export function computeDedicatedCost(dedicated: Dedicated | null, throughput: Throughput | null): DedicatedCost | null {
  if (dedicated === null) return null;
  const hourlyUsd = dedicated.hourlyUsd * dedicated.instances;
  const none = createMetricValue(null, 0, 'no stage was measured');
  const output = throughput?.outputTokensPerSecondTotal ?? none;
  const perHour = (rate: MetricValue, hourly: number, unit: number) => priceAtFullUse(hourlyUsd, rate, hourly, unit);
  return {
    hardware: dedicated,
    hourlyUsd,
    stageIndex: output.value === null ? null : (throughput?.stageIndex ?? null),
    window: output.value === null ? null : (throughput?.window ?? null),
    outputTokensPerSecondTotal: output,
    costPerMillionOutputTokensAtFullUseUsd: perHour(output, 3_600, 1e6),
    costPerMillionTokensAtFullUseUsd: perHour(throughput?.totalTokensPerSecondTotal ?? none, 3_600, 1e6),
    costPerThousandRequestsAtFullUseUsd: perHour(throughput?.completedRequestsPerMinute ?? none, 60, 1e3),
  };
}

/** What `unit` of something costs that is made at a rate, of which an hour has `ratesPerHour`. */
function priceAtFullUse(hourlyUsd: number, rate: MetricValue, ratesPerHour: number, unit: number): MetricValue {
  if (rate.value === null) return rate;
  const cost = (hourlyUsd / (rate.value * ratesPerHour)) * unit;
  return createMetricValue(rate.value === 0 ? null : cost, rate.n, 'nothing was made in the time that was measured');
}
