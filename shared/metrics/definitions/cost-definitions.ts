import { type MetricDefinition, overOk } from './metric-definition.ts';

/** What tokens cost in money. */
export const costDefinitions = {
  costPerThousandRequestsUsd: {
    unit: 'USD',
    formula: 'Σ cost of ok requests / ok requests · 1,000',
    basis: 'usage, else tokenizer',
    over: overOk,
    description:
      'Cost of a request: (input tokens · input price + output tokens · output price) / 10⁶; cached input and reasoning at their own prices where the target has them.',
  },
  costPerRequestUsd: {
    unit: 'USD',
    formula: 'Σ cost of ok requests / ok requests',
    basis: 'usage, else tokenizer',
    over: `${overOk} and have token counts`,
    description: 'Mean cost of a request as measured.',
  },
  costPerMillionTokensUsd: {
    unit: 'USD',
    formula: 'Σ cost of ok requests / Σ (input + output tokens) · 10⁶',
    basis: 'usage, else tokenizer',
    over: `${overOk} and have token counts`,
    description: 'Input and output together, in the mix that was measured.',
  },
  costPerMillionInputTokensUsd: {
    unit: 'USD',
    formula: 'Σ cost of the input of ok requests / Σ input tokens · 10⁶',
    basis: 'usage, else tokenizer',
    over: `${overOk} and have token counts`,
    description: 'The input price, less what the cache saved.',
  },
  costPerMillionOutputTokensUsd: {
    unit: 'USD',
    formula: 'Σ cost of the output of ok requests / Σ output tokens · 10⁶',
    basis: 'usage, else tokenizer',
    over: `${overOk} and have token counts`,
    description: 'The output price, in the mix of answer and reasoning that was measured.',
  },
  costPerGoodRequestUsd: {
    unit: 'USD',
    formula: '(Σ cost of ok requests + Σ cost of failures that report usage) / good requests',
    basis: 'usage, else tokenizer',
    over: 'measured requests with token counts',
    description:
      'What a good answer costs when failures and wrong answers are billed too. Good: ok, within the slos of the spec, and the checksum not mismatched.',
  },
  typicalCostUsd: {
    unit: 'USD',
    formula: '(input tokens · input price + output tokens · output price) / 10⁶ of the typical request',
    basis: 'tokenizer',
    over: "the workload's stated means (n = 0), else the means of measured requests that are ok",
    description: 'Cost of the typical request of the workload: what comparisons of price lists rest on.',
  },
  typicalCostPerThousandUsd: {
    unit: 'USD',
    formula: 'typicalCostUsd · 1,000',
    basis: 'tokenizer',
    over: 'as typicalCostUsd',
    description: 'Cost of 1,000 typical requests.',
  },
  typicalCostPerMillionTokensUsd: {
    unit: 'USD',
    formula: 'typicalCostUsd / (input + output tokens of the typical request) · 10⁶',
    basis: 'tokenizer',
    over: 'as typicalCostUsd',
    description: 'The blended price, input and output together, in the mix of the typical request.',
  },
  costPerMillionOutputTokensAtFullUseUsd: {
    unit: 'USD',
    formula: 'hourly price of all instances / (outputTokensPerSecondTotal · 3,600) · 10⁶',
    basis: 'tokenizer',
    over: 'ok requests of the window of the stage with the highest output throughput',
    description:
      "Hardware of the target's own, as busy all the time as it was in that stage: the least its output costs if the load filled it.",
  },
  costPerMillionTokensAtFullUseUsd: {
    unit: 'USD',
    formula: 'hourly price of all instances / (totalTokensPerSecondTotal · 3,600) · 10⁶',
    basis: 'tokenizer',
    over: 'as costPerMillionOutputTokensAtFullUseUsd',
    description: 'The same, input and output together.',
  },
  costPerThousandRequestsAtFullUseUsd: {
    unit: 'USD',
    formula: 'hourly price of all instances / (completedRequestsPerMinute · 60) · 1,000',
    basis: 'counts',
    over: 'as costPerMillionOutputTokensAtFullUseUsd',
    description: 'The same, by requests.',
  },
  okUsd: {
    unit: 'USD',
    formula: 'Σ cost of ok requests',
    basis: 'usage, else tokenizer',
    over: `${overOk} and have token counts`,
    description: 'What the good measured requests cost together.',
  },
  failedUsd: {
    unit: 'USD',
    formula: 'Σ cost of requests that are not ok and report usage',
    basis: 'usage',
    over: 'measured requests that failed or were canceled, and report usage',
    description: 'What failures were billed, as far as the server says. The others are counted in unknownBilling.',
  },
  warmupUsd: {
    unit: 'USD',
    formula: 'Σ cost of warm-up requests',
    basis: 'usage, else tokenizer',
    over: 'warm-up requests with token counts',
    description: 'What the warm-up cost together.',
  },
  totalUsd: {
    unit: 'USD',
    formula: 'okUsd + failedUsd + warmupUsd',
    basis: 'usage, else tokenizer',
    over: 'all requests with token counts',
    description: 'What the run cost at this target, as far as token counts tell.',
  },
} as const satisfies Record<string, MetricDefinition>;
