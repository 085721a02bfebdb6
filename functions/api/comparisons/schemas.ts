import { z } from 'zod';
import { idPrefixes } from '../../../shared/ids/ids.ts';
import { runsComparisonSchema } from '../../../shared/report/model/run-comparison.ts';
import { defaultShareTolerance, defaultTolerance } from '../../../shared/spec/default-tolerances.ts';
import { buildFormatSchema } from '../http/choose-format.ts';

/** Maps the formats of a comparison to media types. */
export const comparisonFormats = {
  json: 'application/json',
  text: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
} as const;

const maxRuns = 10;
const runId = `${idPrefixes.run}_[0-9a-hjkmnp-tv-z]{26}`;

export const comparisonQuerySchema = z.strictObject({
  runs: z
    .string()
    .regex(
      new RegExp(`^${runId}(,${runId}){1,${maxRuns - 1}}$`),
      `use 2 to ${maxRuns} run ids separated by commas, the base first: ?runs=run_…,run_…`,
    )
    .describe('Comma-separated ids of finished runs. The first run is the base'),
  tolerance: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(defaultTolerance)
    .describe('Maximum relative difference of a ratio that counts as the same'),
  shareTolerance: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(defaultShareTolerance)
    .describe('Maximum absolute difference of a share, such as the error rate, that counts as the same'),
  format: buildFormatSchema(comparisonFormats),
});

export const comparisonContent = {
  [comparisonFormats.json]: { schema: runsComparisonSchema },
  [comparisonFormats.text]: { schema: z.string() },
  [comparisonFormats.md]: { schema: z.string() },
  [comparisonFormats.html]: { schema: z.string() },
};
