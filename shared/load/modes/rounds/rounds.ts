import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { estimateWavesMs, listStageWidths } from '../../parts/closed-loop.ts';
import { commonFields, concurrencySchema, durationMsField, requestsField } from '../../parts/load-fields.ts';
import type { LoadMode, StageBase } from '../load-mode.ts';

const roundsLoadSchema = z.strictObject({
  mode: z.literal('rounds'),
  stages: z
    .array(z.strictObject({ concurrency: concurrencySchema, requests: requestsField, durationMs: durationMsField }))
    .min(1)
    .max(50),
  minPeriodMs: z
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(0)
    .describe('Least time from the start of one round to the start of the next'),
  ...commonFields,
});

type RoundsStage = StageBase & { mode: 'rounds'; concurrency: number; minPeriodMs: number };

/** Requests in rounds: the next one starts when all of the last have ended. */
export const rounds: LoadMode<typeof roundsLoadSchema, RoundsStage> = {
  schema: roundsLoadSchema,
  // A round ends when all of it has ended, which only one worker can see.
  check: ({ stages }, _, { maxStreamsPerWorker }) =>
    stages.flatMap(({ concurrency }, index) =>
      findFault(concurrency > maxStreamsPerWorker, {
        pointer: `/load/stages/${index}/concurrency`,
        fault: `${concurrency} requests a round are more than one worker sends at once`,
        remedy: `Give at most ${maxStreamsPerWorker}, or use mode concurrency`,
      }),
    ),
  listLevels: ({ stages, minPeriodMs, stopWhen = null }) =>
    stages.map(({ concurrency, requests, durationMs = null }) => {
      return { mode: 'rounds', concurrency, requests, durationMs, minPeriodMs, stopWhen };
    }),
  listWidths: listStageWidths,
  describe: ({ minPeriodMs }) => `rounds, ${minPeriodMs} ms apart at least`,
  stage: {
    name: 'rounds',
    refillsStreams: false,
    toPhaseLoad: ({ minPeriodMs }, { concurrency }) => ({ mode: 'rounds', concurrency, minPeriodMs }),
    estimateMs: (stage, warmup, e2eMs) =>
      estimateWavesMs(stage, warmup, e2eMs, { waveMs: Math.max(e2eMs, stage.minPeriodMs) }),
    show: ({ concurrency }) => ({ concurrency }),
  },
};
