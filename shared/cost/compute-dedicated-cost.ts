import { z } from 'zod';
import { createMetricValue, type MetricValue, metricValueSchema } from '../metrics/metric-value.ts';
import { type WindowMetrics, windowSchema } from '../metrics/windows/measure-windows.ts';
import { type Dedicated, dedicatedSchema } from '../spec/pricing.ts';

export const dedicatedCostSchema = z
  .object({
    hardware: dedicatedSchema.describe('Hardware of the target, as stored with the run'),
    hourlyUsd: z.number().describe('Hourly price of all instances together'),
    stageIndex: z.number().int().min(0).nullable().describe('Stage with the highest throughput of the target'),
    window: windowSchema.nullable().describe('Window of that stage: the steady window if it has a throughput'),
    outputTokensPerSecondTotal: metricValueSchema,
    costPerMillionOutputTokensAtFullUseUsd: metricValueSchema,
    costPerMillionTokensAtFullUseUsd: metricValueSchema,
    costPerThousandRequestsAtFullUseUsd: metricValueSchema,
  })
  .meta({
    id: 'DedicatedCost',
    description: 'Cost of tokens on dedicated hardware that is always as busy as in the measurement',
  });
export type DedicatedCost = z.infer<typeof dedicatedCostSchema>;

/** The throughput that determines the cost on dedicated hardware, with the stage and the window of its measurement. */
export type Throughput = { stageIndex: number; window: 'full' | 'steady' } & Pick<
  WindowMetrics,
  'completedRequestsPerMinute' | 'outputTokensPerSecondTotal' | 'totalTokensPerSecondTotal'
>;

/** Returns a stage's throughput in the steady window, or in the full window if there is no steady window. */
export function chooseThroughput(stageIndex: number, windows: Record<'full' | 'steady', WindowMetrics>): Throughput {
  const window = windows.steady.outputTokensPerSecondTotal.value === null ? 'full' : 'steady';
  return { stageIndex, window, ...windows[window] };
}

/** Returns the throughput of the stage with the highest output throughput. Returns null if there are no stages. */
export function findHighestThroughput(stages: readonly Throughput[]): Throughput | null {
  const readSpeed = ({ outputTokensPerSecondTotal: { value } }: Throughput) => value ?? -1;
  return stages.reduce<Throughput | null>(
    (best, stage) => (best === null || readSpeed(stage) > readSpeed(best) ? stage : best),
    null,
  );
}

/**
 * Computes the cost at full utilization. Per 10⁶ tokens: hourly price / (tokens per second · 3,600) · 10⁶. Per 1,000
 * requests: hourly price / requests per hour · 1,000. Returns null if the target has no dedicated hardware.
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

/** Computes the cost of `unit` items. `ratesPerHour` is 3,600 if `rate` is per second, and 60 if it is per minute. */
function priceAtFullUse(hourlyUsd: number, rate: MetricValue, ratesPerHour: number, unit: number): MetricValue {
  if (rate.value === null) return rate;
  const cost = (hourlyUsd / (rate.value * ratesPerHour)) * unit;
  return createMetricValue(rate.value === 0 ? null : cost, rate.n, 'nothing was produced in the measured time');
}
