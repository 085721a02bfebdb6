import { z } from 'zod';
import { estimateWavesMs, listStageWidths } from '../../parts/closed-loop.ts';
import { commonFields, concurrencySchema, rampMsField, stageFields, stagesSchema } from '../../parts/load-fields.ts';
import type { BatchSlice, LoadMode, PhaseLoad, StageBase } from '../load-mode.ts';
import { streamScale } from './stream-scale.ts';

const concurrencyLoadSchema = z.strictObject({
  mode: z.literal('concurrency'),
  stages: stagesSchema({
    concurrency: concurrencySchema,
    ...stageFields,
    rampMs: rampMsField.describe(
      'Time over which the streams start evenly, in milliseconds. Default: a few milliseconds apart',
    ),
  }),
  ...commonFields,
});

export type ConcurrencyStage = StageBase & { mode: 'concurrency'; concurrency: number; rampMs: number };

export const blogLoad = {
  mode: 'concurrency',
  stages: [{ concurrency: 5, requests: 150 }],
  warmupRequests: 5,
} as const;

/** A closed loop: each stream sends its next request as soon as the previous response ends. */
export const concurrency: LoadMode<typeof concurrencyLoadSchema, ConcurrencyStage> = {
  schema: concurrencyLoadSchema,
  listLevels: ({ stages, stopWhen = null }) =>
    stages.map(({ concurrency, requests, durationMs = null, rampMs = 0 }) => {
      return { mode: 'concurrency', concurrency, requests, durationMs, rampMs, stopWhen };
    }),
  listWidths: listStageWidths,
  followsAnswers: () => true,
  describe: () => 'closed loop',
  stage: {
    name: 'concurrency',
    refillsStreams: true,
    toPhaseLoad: toConcurrencyPhase,
    estimateMs: (stage, warmup, e2eMs) => estimateWavesMs(stage, warmup, e2eMs, { rampMs: stage.rampMs }),
    show: ({ concurrency, rampMs }) => ({ concurrency, rampMs }),
    scale: streamScale,
  },
};

/** Returns the load of one batch. In a ramp, the workers take turns opening streams. Later attempts have no ramp. */
function toConcurrencyPhase(
  { rampMs }: ConcurrencyStage,
  { concurrency, batchIndex, batchCount, attempt }: BatchSlice,
): PhaseLoad {
  if (rampMs === 0 || attempt > 1) return { mode: 'concurrency', concurrency };
  const spreadMs = rampMs / concurrency;
  return { mode: 'concurrency', concurrency, ramp: { firstMs: (spreadMs * batchIndex) / batchCount, spreadMs } };
}
