import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { integerSchema } from '../../../number-schema.ts';
import { estimateWavesMs, listStageWidths } from '../../parts/closed-loop.ts';
import { commonFields, concurrencySchema, stageFields, stagesSchema } from '../../parts/load-fields.ts';
import { streamScale } from '../concurrency/stream-scale.ts';
import type { LoadMode, StageBase } from '../load-mode.ts';

const roundsLoadSchema = z.strictObject({
  mode: z.literal('rounds'),
  stages: stagesSchema({ concurrency: concurrencySchema, ...stageFields }),
  minPeriodMs: integerSchema(0, 3_600_000)
    .default(0)
    .describe('Minimum time between the starts of two rounds in milliseconds'),
  ...commonFields,
});

type RoundsStage = StageBase & { mode: 'rounds'; concurrency: number; minPeriodMs: number };

/** Requests in rounds. A round starts when all requests of the previous round have ended. */
export const rounds: LoadMode<typeof roundsLoadSchema, RoundsStage> = {
  schema: roundsLoadSchema,
  // All requests of a round must run on the same worker, because only this worker can detect when the round ends.
  check: ({ stages }, _, { maxStreamsPerWorker }) =>
    stages.flatMap(({ concurrency }, index) =>
      findFault(concurrency > maxStreamsPerWorker, {
        pointer: `/load/stages/${index}/concurrency`,
        fault: `is ${concurrency} requests per round, which is more than a single worker can send at the same time`,
        remedy: `Use at most ${maxStreamsPerWorker}, or use the load mode "concurrency"`,
      }),
    ),
  listLevels: ({ stages, minPeriodMs, stopWhen = null }) =>
    stages.map(({ concurrency, requests, durationMs = null }) => {
      return { mode: 'rounds', concurrency, requests, durationMs, minPeriodMs, stopWhen };
    }),
  listWidths: listStageWidths,
  describe: ({ minPeriodMs }) => `rounds, at least ${minPeriodMs} ms apart`,
  stage: {
    name: 'rounds',
    refillsStreams: false,
    toPhaseLoad: ({ minPeriodMs }, { concurrency }) => ({ mode: 'rounds', concurrency, minPeriodMs }),
    estimateMs: (stage, warmup, e2eMs) =>
      estimateWavesMs(stage, warmup, e2eMs, { waveMs: Math.max(e2eMs, stage.minPeriodMs) }),
    show: ({ concurrency }) => ({ concurrency }),
    scale: streamScale,
  },
};
