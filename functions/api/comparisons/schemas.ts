import { z } from 'zod';
import { idPrefixes } from '../../../shared/ids/ids.ts';
import { runsComparisonSchema } from '../../../shared/report/model/runs-comparison.ts';
import { defaultShareTolerance, defaultTolerance } from '../../../shared/spec/default-tolerances.ts';
import { buildFormatSchema } from '../http/choose-format.ts';

/** The formats of a comparison, and their media types. */
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
      `use 2 to ${maxRuns} run ids with commas between them, the base first: ?runs=run_…,run_…`,
    )
    .describe('Ids of runs that have ended, with commas between them; the first is the base'),
  tolerance: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(defaultTolerance)
    .describe('Of ratios: a difference up to this is the same'),
  shareTolerance: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(defaultShareTolerance)
    .describe('Of shares, such as the error rate'),
  format: buildFormatSchema(comparisonFormats),
});

export const comparisonContent = {
  [comparisonFormats.json]: { schema: runsComparisonSchema },
  [comparisonFormats.text]: { schema: z.string() },
  [comparisonFormats.md]: { schema: z.string() },
  [comparisonFormats.html]: { schema: z.string() },
};
