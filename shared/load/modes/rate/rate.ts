import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { arrivalFields, checkBurstiness, describeArrivals, readArrivals } from '../../parts/arrivals.ts';
import { commonFields, durationMsField, rampMsField, requestsField } from '../../parts/load-fields.ts';
import type { LoadMode } from '../load-mode.ts';
import { boundFields, buildRateStage, type RateStage, rateStage } from './rate-stage.ts';

const rateLoadSchema = z.strictObject({
  mode: z.literal('rate'),
  stages: z
    .array(
      z.strictObject({
        requestsPerSecond: z.number().positive().max(100_000),
        fromRequestsPerSecond: z
          .number()
          .min(0)
          .max(100_000)
          .optional()
          .describe('The rate goes from here to requestsPerSecond in a straight line; constant if left out'),
        rampMs: rampMsField.describe('How long the rate takes to get there; all requests of the stage if left out'),
        requests: requestsField,
        durationMs: durationMsField,
      }),
    )
    .min(1)
    .max(50),
  ...arrivalFields,
  ...boundFields,
  ...commonFields,
});

/** An open loop at given rates. */
export const rate: LoadMode<typeof rateLoadSchema, RateStage> = {
  schema: rateLoadSchema,
  check: (load) => [
    ...checkBurstiness(load),
    ...load.stages.flatMap(({ rampMs, fromRequestsPerSecond, requestsPerSecond }, index) =>
      findFault(rampMs !== undefined && fromRequestsPerSecond === undefined, {
        pointer: `/load/stages/${index}/rampMs`,
        fault: 'is missing where the ramp begins',
        remedy: `Add {"fromRequestsPerSecond": 0} (the ramp ends at requestsPerSecond, ${requestsPerSecond}), or leave rampMs out`,
      }),
    ),
  ],
  listLevels: (load) => load.stages.map((stage) => buildRateStage(load, readArrivals(load), stage)),
  listWidths: ({ maxConcurrency }) => [{ pointer: '/load/maxConcurrency', streams: maxConcurrency, requests: null }],
  describe: describeArrivals,
  stage: rateStage,
};
