import { type BadSpec, withInput, withLimits, withLoad, withWorkload } from './bad-spec.ts';

const workloads: BadSpec[] = [
  {
    name: 'an unknown workload',
    spec: withWorkload({ kind: 'poems' }),
    pointer: '/workload/kind',
    remedy: /one of "sonnet", "number-words"/,
  },
  {
    name: 'a workload without its kind',
    spec: withWorkload({}),
    pointer: '/workload/kind',
    remedy: /Add "kind": one of "sonnet"/,
  },
  {
    name: 'an unknown distribution',
    spec: withInput({ distribution: 'zipf', mean: 1 }),
    pointer: '/workload/inputTokens/distribution',
    remedy: /normal/,
  },
  {
    name: 'a mean as text',
    spec: withInput({ distribution: 'normal', mean: '550', stddev: 1 }),
    pointer: '/workload/inputTokens/mean',
    remedy: /a number above 0/,
  },
  {
    name: 'a distribution without its spread',
    spec: withInput({ distribution: 'normal', mean: 550 }),
    pointer: '/workload/inputTokens/stddev',
    remedy: /Add "stddev"/,
  },
  {
    name: 'bounds the wrong way round',
    spec: withInput({ distribution: 'uniform', min: 900, max: 600 }),
    pointer: '/workload/inputTokens',
    remedy: /[Ss]wap/,
  },
  {
    name: 'prompts shorter than the task',
    spec: withInput({ distribution: 'fixed', value: 3 }),
    pointer: '/workload/inputTokens',
    remedy: /at least/,
  },
  {
    name: 'weights that do not fit',
    spec: withInput({ distribution: 'empirical', values: [600, 700], weights: [1] }),
    pointer: '/workload/inputTokens',
    remedy: /Specify one weight/,
  },
  {
    name: 'bounds that no draw meets',
    spec: withInput({ distribution: 'normal', mean: 550, stddev: 1, min: 5_000 }),
    pointer: '/workload/inputTokens',
    remedy: /[Ww]iden/,
  },
  {
    name: 'a prompt that says nothing',
    spec: withWorkload({ kind: 'prompts', prompts: [{}] }),
    pointer: '/workload/prompts/0',
    remedy: /not both/,
  },
  {
    name: 'a prompt that says it twice',
    spec: withWorkload({ kind: 'prompts', prompts: [{ prompt: 'a', messages: [{ role: 'user', content: 'a' }] }] }),
    pointer: '/workload/prompts/0',
    remedy: /not both/,
  },
  {
    name: 'a message of an unknown role',
    spec: withWorkload({ kind: 'prompts', prompts: [{ messages: [{ role: 'tool', content: 'a' }] }] }),
    pointer: '/workload/prompts/0/messages/0/role',
    remedy: /"system", "user", "assistant"/,
  },
  {
    name: 'numbers the wrong way round',
    spec: withWorkload({ kind: 'number-words', min: 10, max: 1 }),
    pointer: '/workload/min',
    remedy: /decrease min or increase max/i,
  },
  {
    name: 'more prompts than are kept',
    spec: withWorkload({ kind: 'prompts', prompts: [{ prompt: 'x'.repeat(301_000) }] }),
    pointer: '',
    remedy: /300000 bytes/,
  },
];

const loads: BadSpec[] = [
  {
    name: 'an unknown load',
    spec: withLoad({ mode: 'burst', stages: [] }),
    pointer: '/load/mode',
    remedy: /concurrency/,
  },
  {
    name: 'a load without stages',
    spec: withLoad({ mode: 'rounds', stages: [] }),
    pointer: '/load/stages',
    remedy: /1 to 50/,
  },
  {
    name: 'no concurrency',
    spec: withLoad({ mode: 'concurrency', stages: [{ concurrency: 0 }] }),
    pointer: '/load/stages/0/concurrency',
    remedy: /from 1 to/,
  },
  {
    name: 'a rate of a closed loop',
    spec: withLoad({ mode: 'concurrency', stages: [{ concurrency: 1, requestsPerSecond: 5 }] }),
    pointer: '/load/stages/0/requestsPerSecond',
    remedy: /Known fields: concurrency/,
  },
  {
    name: 'a rate of zero',
    spec: withLoad({ mode: 'rate', stages: [{ requestsPerSecond: 0 }] }),
    pointer: '/load/stages/0/requestsPerSecond',
    remedy: /above 0/,
  },
  {
    name: 'more streams than requests',
    spec: withLoad({ mode: 'concurrency', stages: [{ concurrency: 10, requests: 5 }] }),
    pointer: '/load/stages/0/concurrency',
    remedy: /at least 10 requests/,
  },
  {
    name: 'rounds wider than their requests',
    spec: withLoad({ mode: 'rounds', stages: [{ concurrency: 10, requests: 5 }] }),
    pointer: '/load/stages/0/concurrency',
    remedy: /at most 5/,
  },
  {
    name: 'more streams than the deployment opens',
    spec: withLoad({ mode: 'concurrency', stages: [{ concurrency: 90_000, requests: 100_000 }] }),
    pointer: '/load/stages/0/concurrency',
    remedy: /at most 64000/,
  },
  {
    name: 'a wider open loop than the deployment opens',
    spec: withLoad({ mode: 'rate', stages: [{ requestsPerSecond: 1 }], maxConcurrency: 100_000 }),
    pointer: '/load/maxConcurrency',
    remedy: /at most 64000/,
  },
  {
    name: 'more requests than a run may have',
    spec: withLoad({
      mode: 'concurrency',
      stages: [
        { concurrency: 5, requests: 600_000 },
        { concurrency: 5, requests: 600_000 },
      ],
    }),
    pointer: '/load/stages',
    remedy: /at most 1000000/,
  },
];

const limits: BadSpec[] = [
  {
    name: 'a first token later than the end',
    spec: withLimits({ requestTimeoutMs: 1_000, firstTokenTimeoutMs: 2_000 }),
    pointer: '/limits/firstTokenTimeoutMs',
    remedy: /at most 1000/,
  },
  {
    name: 'a cost cap without prices',
    spec: withLimits({ maxCostUsd: 5 }),
    pointer: '/targets/0/pricing',
    remedy: /inputPerMillionTokens/,
  },
  {
    name: 'an error rate in percent',
    spec: withLimits({ maxErrorRate: 50 }),
    pointer: '/limits/maxErrorRate',
    remedy: /from 0 to 1/,
  },
  {
    name: 'a timeout of zero',
    spec: withLimits({ requestTimeoutMs: 0 }),
    pointer: '/limits/requestTimeoutMs',
    remedy: /from 100 to 86400000/,
  },
  {
    name: 'a run of two days',
    spec: withLimits({ maxDurationMs: 172_800_000 }),
    pointer: '/limits/maxDurationMs',
    remedy: /86400000/,
  },
];

/** Invalid workloads, loads and limits. */
export const badPlanSpecs: readonly BadSpec[] = [...workloads, ...loads, ...limits];
