import { z } from 'zod';
import type { ConcurrencyStage } from '../../../../shared/load/modes/concurrency/concurrency.ts';
import type { LoadMode } from '../../../../shared/load/modes/load-mode.ts';
import { commonFields } from '../../../../shared/load/parts/load-fields.ts';

const staircaseSchema = z.strictObject({
  mode: z.literal('staircase'),
  steps: z.number().int().min(1).max(10),
  ...commonFields,
});

/** One step for each number of streams from 1, with ten requests per stream. */
export const staircase: LoadMode<typeof staircaseSchema, ConcurrencyStage> = {
  schema: staircaseSchema,
  listLevels: ({ steps, stopWhen = null }) =>
    Array.from({ length: steps }, (_, step) => {
      const concurrency = step + 1;
      return { mode: 'concurrency', concurrency, requests: 10 * concurrency, durationMs: null, rampMs: 0, stopWhen };
    }),
  listWidths: ({ steps }) => [{ pointer: '/load/steps', streams: steps, requests: 10 * steps }],
  pointToRequests: () => '/load/steps',
  followsAnswers: () => true,
  describe: ({ steps }) => `a staircase of ${steps} steps`,
};
