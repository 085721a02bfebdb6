import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { numberSchema } from '../../../number-schema.ts';
import {
  type Arrivals,
  arrivalFields,
  buildRateProfile,
  checkBurstiness,
  computeArrivalMs,
  describeArrivals,
  type RateLevel,
  type RateProfile,
  readArrivals,
  scheduleArrivals,
} from '../../parts/arrivals.ts';
import {
  commonFields,
  concurrencySchema,
  rampMsField,
  type StopWhen,
  stageFields,
  stagesSchema,
  whenFullSchema,
} from '../../parts/load-fields.ts';
import type { BatchSlice, LoadMode, PhaseLoad, StageBase, Width } from '../load-mode.ts';
import { rateScale } from './rate-scale.ts';

export const boundFields = {
  maxConcurrency: concurrencySchema
    .default(256)
    .describe('Maximum open streams, divided evenly among the workers of the stage'),
  whenFull: whenFullSchema.default('refuse'),
  onSaturation: z
    .enum(['ignore', 'stop_stage', 'stop_levels'])
    .meta({
      id: 'OnSaturation',
      description:
        'What happens when requests are due persistently faster than they end. ignore: the stage continues. stop_stage: the stage stops. stop_levels: the later levels of the target are also skipped',
    })
    .default('ignore'),
};
const boundSchema = z.object(boundFields);
type Bound = z.infer<typeof boundSchema>;

const rateLoadSchema = z.strictObject({
  mode: z.literal('rate'),
  stages: stagesSchema({
    requestsPerSecond: z.number().positive().max(100_000),
    fromRequestsPerSecond: numberSchema(0, 100_000)
      .optional()
      .describe('Rate at the start of a linear ramp to requestsPerSecond. Default: no ramp'),
    rampMs: rampMsField.describe('Duration of the ramp in milliseconds. Default: all requests of the stage'),
    ...stageFields,
  }),
  ...arrivalFields,
  ...boundFields,
  ...commonFields,
});

/** A stage of an open loop. Each request has a due time, which does not depend on earlier requests. */
export type RateStage = StageBase & Bound & { mode: 'rate'; rate: RateProfile; arrivals: Arrivals };

/** An open loop with the request rates in the spec. */
export const rate: LoadMode<typeof rateLoadSchema, RateStage> = {
  schema: rateLoadSchema,
  check: (load) => [
    ...checkBurstiness(load),
    ...load.stages.flatMap(({ rampMs, fromRequestsPerSecond, requestsPerSecond }, index) =>
      findFault(rampMs !== undefined && fromRequestsPerSecond === undefined, {
        pointer: `/load/stages/${index}/rampMs`,
        fault: 'is set, but fromRequestsPerSecond is missing',
        remedy: `Add {"fromRequestsPerSecond": 0} for a ramp to ${requestsPerSecond} requests per second, or omit rampMs`,
      }),
    ),
  ],
  listLevels: (load) => load.stages.map((stage) => buildRateStage(load, readArrivals(load), stage)),
  listWidths: listBound,
  describe: describeArrivals,
  stage: {
    name: 'rate',
    refillsStreams: false,
    toPhaseLoad: toRatePhase,
    estimateMs: ({ rate, requests, maxConcurrency, durationMs }, warmup, e2eMs) => {
      const lastStartMs = Math.min(computeArrivalMs(rate, requests - 1), durationMs ?? Number.POSITIVE_INFINITY);
      return Math.ceil(warmup / maxConcurrency) * e2eMs + lastStartMs + e2eMs;
    },
    show: ({ rate, maxConcurrency, whenFull }) => ({ ...rate, maxConcurrency, whenFull }),
    scale: rateScale,
  },
};

export function buildRateStage(
  load: Bound & { stopWhen?: StopWhen | undefined },
  arrivals: Arrivals,
  level: RateLevel & { durationMs?: number | undefined },
): RateStage {
  const { maxConcurrency, whenFull, onSaturation, stopWhen = null } = load;
  const { requests, durationMs = null } = level;
  const bound = { maxConcurrency, whenFull, onSaturation };
  return { mode: 'rate', rate: buildRateProfile(level), arrivals, ...bound, requests, durationMs, stopWhen };
}

/** Returns the maximum number of streams in an open loop. The loop may use fewer. */
export function listBound({ maxConcurrency }: Bound): Width[] {
  return [{ pointer: '/load/maxConcurrency', streams: maxConcurrency, requests: null }];
}

/** Returns the load of one batch. A later attempt restarts the schedule at its first request, or all overdue ones would be a burst. */
function toRatePhase(stage: RateStage, slice: BatchSlice): PhaseLoad {
  const { rate, arrivals, whenFull } = stage;
  const { seed, levelIndex, requests, attempt, indices, concurrency, dataset } = slice;
  const schedule = scheduleArrivals({ seed, levelIndex, count: requests, rate, arrivals }, dataset);
  const baseMs = attempt > 1 ? (schedule[indices[0] ?? 0] ?? 0) : 0;
  const dueMs = Float64Array.from(indices, (index) => (schedule[index] ?? 0) - baseMs);
  return { mode: 'rate', maxConcurrency: concurrency, whenFull, dueMs };
}
