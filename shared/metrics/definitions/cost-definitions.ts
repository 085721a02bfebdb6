import { defineMetrics, overOk } from './metric-definition.ts';

const counted = 'usage, else tokenizer';
const overCounted = `${overOk} with token counts`;
const overStated =
  'the mean token counts stated in the workload (no requests are used, so n = 0), or else the means of successful measured requests';
const overFastest = 'successful requests in the window of the stage with the highest output throughput';
const overTypical = 'as for typicalCostUsd';
const overFullUse = 'as for costPerMillionOutputTokensAtFullUseUsd';

export const costDefinitions = {
  ...defineMetrics('USD', counted, overOk, {
    costPerThousandRequestsUsd: [
      'Σ cost of ok requests / ok requests · 1,000',
      'Cost of 1,000 measured requests. A request costs (input tokens · input price + output tokens · output price) / 10⁶. Cached input and reasoning have separate prices if the target lists them.',
    ],
  }),
  ...defineMetrics('USD', counted, overCounted, {
    costPerRequestUsd: ['Σ cost of ok requests / ok requests', 'Mean cost of a measured request.'],
    costPerMillionTokensUsd: [
      'Σ cost of ok requests / Σ (input + output tokens) · 10⁶',
      'Price of a million tokens in the measured mix of input and output.',
    ],
    costPerMillionInputTokensUsd: [
      'Σ cost of the input of ok requests / Σ input tokens · 10⁶',
      'Input price after the discount for cached input.',
    ],
    costPerMillionOutputTokensUsd: [
      'Σ cost of the output of ok requests / Σ output tokens · 10⁶',
      'Output price in the measured mix of answer and reasoning tokens.',
    ],
    okUsd: ['Σ cost of ok requests', 'Total cost of the successful measured requests.'],
  }),
  ...defineMetrics('USD', counted, 'measured requests with token counts', {
    costPerGoodRequestUsd: [
      '(Σ cost of ok requests + Σ cost of failures that report usage) / good requests',
      'Cost of a good request, including the cost of the requests that are not good. A good request is ok, meets all SLOs, and has no checksum mismatch.',
    ],
  }),
  ...defineMetrics('USD', 'tokenizer', overStated, {
    typicalCostUsd: [
      '(input tokens of the typical request · input price + its output tokens · output price) / 10⁶',
      'Cost of a typical request of the workload, to compare price lists.',
    ],
  }),
  ...defineMetrics('USD', 'tokenizer', overTypical, {
    typicalCostPerThousandUsd: ['typicalCostUsd · 1,000', 'Cost of 1,000 typical requests.'],
    typicalCostPerMillionTokensUsd: [
      'typicalCostUsd / (input + output tokens of the typical request) · 10⁶',
      'Blended price of input and output, in the mix of the typical request.',
    ],
  }),
  ...defineMetrics('USD', 'tokenizer', overFastest, {
    costPerMillionOutputTokensAtFullUseUsd: [
      'hourly price of all instances / (outputTokensPerSecondTotal · 3,600) · 10⁶',
      'Cost of output if dedicated hardware were always as busy as in the stage with the highest throughput.',
    ],
  }),
  ...defineMetrics('USD', 'tokenizer', overFullUse, {
    costPerMillionTokensAtFullUseUsd: [
      'hourly price of all instances / (totalTokensPerSecondTotal · 3,600) · 10⁶',
      'Cost of input and output together on fully used dedicated hardware.',
    ],
  }),
  ...defineMetrics('USD', 'counts', overFullUse, {
    costPerThousandRequestsAtFullUseUsd: [
      'hourly price of all instances / (completedRequestsPerMinute · 60) · 1,000',
      'Cost of 1,000 requests on fully used dedicated hardware.',
    ],
  }),
  ...defineMetrics('USD', 'usage', 'failed and canceled measured requests that report usage', {
    failedUsd: [
      'Σ cost of requests that are not ok and report usage',
      'Cost of failed and canceled requests whose usage the server reports. unknownBilling is the number of failed and canceled requests without reported usage.',
    ],
  }),
  ...defineMetrics('USD', counted, 'warm-up requests with token counts', {
    warmupUsd: ['Σ cost of warm-up requests', 'Total cost of the warm-up.'],
  }),
  ...defineMetrics('USD', counted, 'all requests with token counts', {
    totalUsd: [
      'okUsd + failedUsd + warmupUsd',
      'Total cost of the run at this target, for the requests whose token counts are known.',
    ],
  }),
};
