import { z } from 'zod';
import { requestMetricNames, stageMetricNames } from '../../metric-names.ts';
import { statisticSchema } from '../../metric-schemas.ts';
import { runVerdictSchema, trustResultSchema } from '../../records/records.ts';
import { assertionSchema } from '../../spec/run-spec.ts';
import { intervalSchema } from '../../stats/interval.ts';

const count = z.number().int().min(0);
const number = z.number().nullable();
const text = z.string().nullable();
const certainty = z.enum(['conclusive', 'inconclusive']).meta({ id: 'Certainty' }).nullable();

export const certaintySchema = z.object({
  certainty: certainty.describe(
    'conclusive: value and 95 % interval are on one side of the limit. Null without a value',
  ),
  interval: intervalSchema.nullable().describe('95 % interval of the value; null if it has none'),
  decidingN: z
    .number()
    .int()
    .nullable()
    .describe('Approximate number of values for a conclusive result; null if it is conclusive or no number suffices'),
  certaintyReason: text.describe('Why the result is inconclusive'),
});
export type Certainty = z.infer<typeof certaintySchema>;

const assertionResultSchema = z
  .object({
    assertion: assertionSchema,
    targetId: z.string(),
    stageIndex: count.nullable(),
    metric: z.enum([...requestMetricNames, ...stageMetricNames]).meta({ id: 'AssertionMetric' }),
    statistic: statisticSchema.nullable(),
    value: number.describe('With `relativeToBaseline`: the ratio to the baseline'),
    n: count,
    pass: z.boolean(),
    reason: text.describe('Why the value is null. An assertion without a value fails'),
    ...certaintySchema.shape,
  })
  .meta({ id: 'VerdictAssertion' });
export type AssertionResult = z.infer<typeof assertionResultSchema>;

export const verdictSchema = z
  .object({
    result: runVerdictSchema.nullable().describe('Null if the spec has no assertions'),
    certainty: certainty.describe(
      'conclusive: a pass with only conclusive results, or a fail with a conclusive failure',
    ),
    assertions: z
      .array(assertionResultSchema)
      .describe(
        'Results by assertion, target and stage; all must pass. After a search, only the stage at the found load',
      ),
  })
  .meta({ id: 'ReportVerdict' });
export type Verdict = z.infer<typeof verdictSchema>;

export const trustSchema = z
  .object({
    result: trustResultSchema,
    reasons: z.array(z.string()).describe('Problems that can make the numbers wrong; empty if none was found'),
  })
  .meta({ id: 'LevelTrust' });
export type Trust = z.infer<typeof trustSchema>;

const place = { targetId: z.string(), stageIndex: count, requestIndex: count };

export const crossOverSchema = z
  .object({
    wrong: count.describe(
      'Good responses whose first number is not the requested one; responses without a number excluded',
    ),
    crossed: count.describe('Wrong responses with the number requested by another request of the run'),
    atOnce: count.describe('Crossed responses whose other request was open at the same time'),
    expectedByChance: z
      .number()
      .describe('Expected crossed responses if wrong numbers were random in the requested range'),
    pValue: number.describe(
      'Probability of at least this many crossed responses by chance; null without wrong responses',
    ),
    examples: z
      .array(z.object({ ...place, number: count, other: z.object(place) }))
      .describe('At most ten examples, those open at the same time first'),
  })
  .meta({ id: 'CrossOver', description: 'Responses that appear to belong to another request of the run' });
export type CrossOver = z.infer<typeof crossOverSchema>;
