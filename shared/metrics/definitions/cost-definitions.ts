import { defineMetrics, overOk } from './metric-definition.ts';

const counted = 'usage, else tokenizer';
const overCounted = `${overOk} and have token counts`;
const overTypical = 'as typicalCostUsd';
const overFullUse = 'as costPerMillionOutputTokensAtFullUseUsd';

export const costDefinitions = {
  ...defineMetrics('USD', counted, overOk, {
    costPerThousandRequestsUsd: [
      'Σ cost of ok requests / ok requests · 1,000',
      'Cost of a request: (input tokens · input price + output tokens · output price) / 10⁶. Cached input and reasoning have their own prices if the target has them.',
    ],
  }),
  ...defineMetrics('USD', counted, overCounted, {
    costPerRequestUsd: ['Σ cost of ok requests / ok requests', 'Mean cost of a measured request.'],
    costPerMillionTokensUsd: [
      'Σ cost of ok requests / Σ (input + output tokens) · 10⁶',
      'Cost of input and output together, in the measured mix.',
    ],
    costPerMillionInputTokensUsd: [
      'Σ cost of the input of ok requests / Σ input tokens · 10⁶',
      'The input price, less what the cache saved.',
    ],
    costPerMillionOutputTokensUsd: [
      'Σ cost of the output of ok requests / Σ output tokens · 10⁶',
      'The output price, in the measured mix of answer and reasoning.',
    ],
    okUsd: ['Σ cost of ok requests', 'Total cost of the good measured requests.'],
  }),
  ...defineMetrics('USD', counted, 'measured requests with token counts', {
    costPerGoodRequestUsd: [
      '(Σ cost of ok requests + Σ cost of failures that report usage) / good requests',
      'Cost of a good answer if failures and wrong answers are also billed. Good: ok, within the slos of the spec, and without a checksum mismatch.',
    ],
  }),
  ...defineMetrics(
    'USD',
    'tokenizer',
    "the workload's stated means (n = 0), else the means of measured requests that are ok",
    {
      typicalCostUsd: [
        '(input tokens · input price + output tokens · output price) / 10⁶ of the typical request',
        'Cost of the typical request of the workload, for comparisons of price lists.',
      ],
    },
  ),
  ...defineMetrics('USD', 'tokenizer', overTypical, {
    typicalCostPerThousandUsd: ['typicalCostUsd · 1,000', 'Cost of 1,000 typical requests.'],
    typicalCostPerMillionTokensUsd: [
      'typicalCostUsd / (input + output tokens of the typical request) · 10⁶',
      'The blended price of input and output, in the mix of the typical request.',
    ],
  }),
  ...defineMetrics('USD', 'tokenizer', 'ok requests of the window of the stage with the highest output throughput', {
    costPerMillionOutputTokensAtFullUseUsd: [
      'hourly price of all instances / (outputTokensPerSecondTotal · 3,600) · 10⁶',
      'Lowest cost of output on dedicated hardware: that of hardware which is always as busy as in that stage.',
    ],
  }),
  ...defineMetrics('USD', 'tokenizer', overFullUse, {
    costPerMillionTokensAtFullUseUsd: [
      'hourly price of all instances / (totalTokensPerSecondTotal · 3,600) · 10⁶',
      'Cost of input and output together on such hardware.',
    ],
  }),
  ...defineMetrics('USD', 'counts', overFullUse, {
    costPerThousandRequestsAtFullUseUsd: [
      'hourly price of all instances / (completedRequestsPerMinute · 60) · 1,000',
      'Cost of 1,000 requests on such hardware.',
    ],
  }),
  ...defineMetrics('USD', 'usage', 'measured requests that failed or were canceled, and report usage', {
    failedUsd: [
      'Σ cost of requests that are not ok and report usage',
      'Cost of failures, as far as the server reports it. unknownBilling counts the others.',
    ],
  }),
  ...defineMetrics('USD', counted, 'warm-up requests with token counts', {
    warmupUsd: ['Σ cost of warm-up requests', 'Total cost of the warm-up.'],
  }),
  ...defineMetrics('USD', counted, 'all requests with token counts', {
    totalUsd: [
      'okUsd + failedUsd + warmupUsd',
      'Total cost of the run at this target, as far as token counts are known.',
    ],
  }),
};
