import { z } from 'zod';

export const metricDefinitionSchema = z
  .object({
    unit: z.string(),
    formula: z.string().describe('Formula in terms of a request’s timestamps and counts, or of other metrics'),
    basis: z
      .enum(['instants', 'chunks', 'tokenizer', 'usage', 'usage, else tokenizer', 'counts', 'answer'])
      .meta({ id: 'MetricDefinitionBasis' })
      .describe(
        'What is counted: tokens of the Llama 2 tokenizer, tokens of the server’s `usage`, chunks, or none of these',
      ),
    over: z.string().describe('The requests that the metric covers'),
    description: z.string(),
  })
  .meta({ id: 'MetricDefinition', description: 'Definition of a metric of the report' });
export type MetricDefinition = z.infer<typeof metricDefinitionSchema>;

export const overOk = 'successful measured requests';
export const overIssued = 'measured requests that were sent';

export function defineMetrics<Name extends string>(
  unit: string,
  basis: MetricDefinition['basis'],
  over: string,
  texts: Record<Name, readonly [formula: string, description: string]>,
): Record<Name, MetricDefinition> {
  const entries = Object.entries<readonly [formula: string, description: string]>(texts);
  const definitions = entries.map(([name, [formula, description]]) => [
    name,
    { unit, formula, basis, over, description },
  ]);
  return Object.fromEntries(definitions) as Record<Name, MetricDefinition>; // `fromEntries` loses the type of the keys
}
