import { expect, test } from 'vitest';
import { checkRunSpec } from '../../../shared/spec/check-run-spec.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';

const rules = {
  maxStreamsPerWorker: 64,
  maxWorkersPerRun: 4,
  maxRequestsPerRun: 10_000,
  maxRequestTimeoutMs: 400_000,
  checkAddress: () => [],
};
const targets = [{ baseUrl: 'https://api.example.com/v1', model: 'm' }];
const fixed = (value: number) => ({ distribution: 'fixed', value });
const listFaults = (workload: object, maxResponseBytes: number) =>
  checkRunSpec(runSpecInputSchema.parse({ targets, workload }), { ...rules, maxResponseBytes });

test.each([
  ['maxOutputTokens', { kind: 'number-words', maxOutputTokens: 300 }],
  ['maxOutputTokens', { kind: 'llmperf-v1', maxOutputTokens: 300 }],
  ['outputTokens', { kind: 'sonnet', inputTokens: fixed(500), outputTokens: fixed(300) }],
  ['outputTokens', { kind: 'conversation', outputTokens: fixed(300) }],
  ['outputTokens', { kind: 'llmperf-v2', outputTokens: { mean: 300, stddev: 0 } }],
  ['prompts', { kind: 'prompts', prompts: [{ prompt: 'Hi', maxOutputTokens: 300 }, { prompt: 'Ho' }] }],
  ['entries', { kind: 'trace', entries: [{ atMs: 0, inputTokens: 100, outputTokens: 300 }] }],
])('a spec whose responses do not fit the deployment is refused: %s of %j', (field, workload) => {
  const found = listFaults(workload, 65_536).find(({ pointer }) => pointer === `/workload/${field}`);
  expect(found).toMatchObject({
    fault: 'allows 300 output tokens, but a response of this deployment has room for about 256',
    remedy: 'Use at most 256, or raise MAX_RESPONSE_BYTES (65536)',
  });
  expect(listFaults(workload, 300 * 256)).toEqual([]);
});
