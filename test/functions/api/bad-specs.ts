import { leastSpec } from '../../support/api-bench.ts';

type Json = Record<string, unknown>;

/** Bad specs, each with the pointer of a fault it must be told of, and words that its remedy must have. */
export type BadSpec = { name: string; spec: unknown; pointer: string; remedy: RegExp };

const target = (change: Json = {}) => ({ baseUrl: 'https://api.example.com/v1', model: 'm', ...change });
const withTarget = (change: Json) => ({ targets: [target(change)] });
const withWorkload = (workload: Json) => leastSpec({ workload });
const withInput = (inputTokens: Json) => withWorkload({ kind: 'sonnet', inputTokens });
const withLoad = (load: Json) => leastSpec({ load });
const withLimits = (limits: Json, change: Json = {}) => ({ targets: [target(change)], limits });
const without = (spec: Json, field: string) =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => name !== field));

const shape: BadSpec[] = [
  { name: 'a list', spec: [], pointer: '', remedy: /an object with targets/ },
  { name: 'null', spec: null, pointer: '', remedy: /an object/ },
  { name: 'text', spec: 'run', pointer: '', remedy: /an object/ },
  { name: 'no targets', spec: {}, pointer: '/targets', remedy: /Add "targets": a list of 1 to 20/ },
  { name: 'an empty list of targets', spec: { targets: [] }, pointer: '/targets', remedy: /1 to 20 items/ },
  {
    name: 'too many targets',
    spec: { targets: Array.from({ length: 21 }, () => target()) },
    pointer: '/targets',
    remedy: /1 to 20/,
  },
  {
    name: 'a misspelt field',
    spec: leastSpec({ workloads: {} }),
    pointer: '/workloads',
    remedy: /did you mean workload\?/,
  },
  { name: 'an unknown field', spec: leastSpec({ foo: 1 }), pointer: '/foo', remedy: /known here: name, seed, targets/ },
  {
    name: 'a misspelt field of a target',
    spec: withTarget({ baseURL: 'x' }),
    pointer: '/targets/0/baseURL',
    remedy: /did you mean baseUrl\?/,
  },
  {
    name: 'a seed with a fraction',
    spec: leastSpec({ seed: 1.5 }),
    pointer: '/seed',
    remedy: /a whole number from 0 to 4294967295/,
  },
  { name: 'a seed below zero', spec: leastSpec({ seed: -1 }), pointer: '/seed', remedy: /from 0/ },
  { name: 'a seed as text', spec: leastSpec({ seed: '117' }), pointer: '/seed', remedy: /a whole number/ },
  { name: 'an empty name', spec: leastSpec({ name: '' }), pointer: '/name', remedy: /1 to 200 characters/ },
  {
    name: 'an unknown order',
    spec: leastSpec({ order: 'random' }),
    pointer: '/order',
    remedy: /"sequential", "interleaved"/,
  },
  {
    name: 'metadata that is not text',
    spec: leastSpec({ metadata: { n: 1 } }),
    pointer: '/metadata/n',
    remedy: /text of up to 1000/,
  },
];

const targets: BadSpec[] = [
  {
    name: 'no model',
    spec: { targets: [without(target(), 'model')] },
    pointer: '/targets/0/model',
    remedy: /Add "model": text/,
  },
  {
    name: 'no base URL',
    spec: { targets: [without(target(), 'baseUrl')] },
    pointer: '/targets/0/baseUrl',
    remedy: /Add "baseUrl"/,
  },
  {
    name: 'a base URL that is none',
    spec: withTarget({ baseUrl: 'api.example.com' }),
    pointer: '/targets/0/baseUrl',
    remedy: /https:\/\//,
  },
  {
    name: 'a base URL of another scheme',
    spec: withTarget({ baseUrl: 'ftp://api.example.com' }),
    pointer: '/targets/0/baseUrl',
    remedy: /https:\/\//,
  },
  {
    name: 'a base URL with a password',
    spec: withTarget({ baseUrl: 'https://u:p@api.example.com' }),
    pointer: '/targets/0/baseUrl',
    remedy: /apiKey or credentialId/,
  },
  {
    name: 'a base URL with a query',
    spec: withTarget({ baseUrl: 'https://api.example.com/v1?key=1' }),
    pointer: '/targets/0/baseUrl',
    remedy: /API root/,
  },
  {
    name: 'an unknown protocol',
    spec: withTarget({ protocol: 'grpc' }),
    pointer: '/targets/0/protocol',
    remedy: /"openai-chat", "openai-completions"/,
  },
  { name: 'an id with spaces', spec: withTarget({ id: 'My Target' }), pointer: '/targets/0/id', remedy: /./ },
  {
    name: 'two targets of one id',
    spec: { targets: [target({ id: 'a' }), target({ id: 'a' })] },
    pointer: '/targets/1/id',
    remedy: /an id of its own, such as a-2/,
  },
  {
    name: 'an id that another target gets by default',
    spec: { targets: [target({ id: 'target-2' }), target()] },
    pointer: '/targets/1/id',
    remedy: /an id of its own/,
  },
  {
    name: 'a key beside a credential',
    spec: withTarget({ apiKey: 'sk-1', credentialId: `crd_${'0'.repeat(26)}` }),
    pointer: '/targets/0/apiKey',
    remedy: /one of the two/,
  },
  {
    name: 'a credential that is not there',
    spec: withTarget({ credentialId: `crd_${'0'.repeat(26)}` }),
    pointer: '/targets/0/credentialId',
    remedy: /POST \/v1\/credentials/,
  },
  {
    name: 'a credential id of another form',
    spec: withTarget({ credentialId: 'crd_1' }),
    pointer: '/targets/0/credentialId',
    remedy: /crd_… \(26 characters\)/,
  },
  {
    name: 'a key with a line break',
    spec: withTarget({ apiKey: 'sk\r\nx: y' }),
    pointer: '/targets/0/apiKey',
    remedy: /./,
  },
  { name: 'an empty key', spec: withTarget({ apiKey: '' }), pointer: '/targets/0/apiKey', remedy: /1 to 4096/ },
  {
    name: 'the authorization header',
    spec: withTarget({ headers: { Authorization: 'Bearer x' } }),
    pointer: '/targets/0/headers/Authorization',
    remedy: /as apiKey/,
  },
  {
    name: 'a key in a header of its own',
    spec: withTarget({ headers: { 'x-api-key': 'x' } }),
    pointer: '/targets/0/headers/x-api-key',
    remedy: /as apiKey/,
  },
  {
    name: 'a header whose value is a key',
    spec: withTarget({ headers: { 'x-team': 'sk-0123456789abcdef' } }),
    pointer: '/targets/0/headers/x-team',
    remedy: /as apiKey/,
  },
  {
    name: 'a header of the transport',
    spec: withTarget({ headers: { host: 'other' } }),
    pointer: '/targets/0/headers/host',
    remedy: /Remove it/,
  },
  {
    name: 'the content length',
    spec: withTarget({ headers: { 'Content-Length': '0' } }),
    pointer: '/targets/0/headers/Content-Length',
    remedy: /Remove it/,
  },
  {
    name: 'a header with a line break',
    spec: withTarget({ headers: { 'x-a': 'b\r\nhost: c' } }),
    pointer: '/targets/0/headers/x-a',
    remedy: /./,
  },
  {
    name: 'a header with a space in its name',
    spec: withTarget({ headers: { 'a b': 'c' } }),
    pointer: '/targets/0/headers/a b',
    remedy: /Rename it/,
  },
  {
    name: 'the model in the body',
    spec: withTarget({ body: { model: 'x' } }),
    pointer: '/targets/0/body/model',
    remedy: /field model/,
  },
  {
    name: 'messages in the body',
    spec: withTarget({ body: { messages: [] } }),
    pointer: '/targets/0/body/messages',
    remedy: /kind prompts/,
  },
  {
    name: 'max_tokens in the body',
    spec: withTarget({ body: { max_tokens: 5 } }),
    pointer: '/targets/0/body/max_tokens',
    remedy: /outputTokens/,
  },
  {
    name: 'stream in the body',
    spec: withTarget({ body: { stream: false } }),
    pointer: '/targets/0/body/stream',
    remedy: /always stream/,
  },
  {
    name: 'several answers a request',
    spec: withTarget({ body: { n: 2 } }),
    pointer: '/targets/0/body/n',
    remedy: /one answer/,
  },
  {
    name: 'a large body',
    spec: withTarget({ body: { stop: 'x'.repeat(20_000) } }),
    pointer: '/targets/0/body',
    remedy: /16384 bytes/,
  },
  {
    name: 'a price below zero',
    spec: withTarget({ pricing: { inputPerMillionTokens: -1, outputPerMillionTokens: 1 } }),
    pointer: '/targets/0/pricing/inputPerMillionTokens',
    remedy: /from 0/,
  },
  {
    name: 'half a price',
    spec: withTarget({ pricing: { inputPerMillionTokens: 1 } }),
    pointer: '/targets/0/pricing/outputPerMillionTokens',
    remedy: /Add/,
  },
  {
    name: 'another currency',
    spec: withTarget({ pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1, currency: 'EUR' } }),
    pointer: '/targets/0/pricing/currency',
    remedy: /"USD"/,
  },
  {
    name: 'a day that is none',
    spec: withTarget({ pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1, asOf: '2023-02-30' } }),
    pointer: '/targets/0/pricing/asOf',
    remedy: /2026-01-31/,
  },
  ...[
    'http://127.0.0.1:1/v1',
    'http://localhost/v1',
    'http://api.localhost',
    'http://[::1]/v1',
    'http://[::ffff:127.0.0.1]/',
    'http://10.0.0.1',
    'http://169.254.169.254/latest',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0/',
    'http://[fd00:ec2::254]/',
  ].map((baseUrl) => ({
    name: `the address ${baseUrl}`,
    spec: withTarget({ baseUrl }),
    pointer: '/targets/0/baseUrl',
    remedy: /public host/,
  })),
];

const workloads: BadSpec[] = [
  {
    name: 'an unknown workload',
    spec: withWorkload({ kind: 'poems' }),
    pointer: '/workload/kind',
    remedy: /one of "sonnet", "number-words"/,
  },
  { name: 'a workload without its kind', spec: withWorkload({}), pointer: '/workload/kind', remedy: /./ },
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
    remedy: /or more/,
  },
  {
    name: 'weights that do not fit',
    spec: withInput({ distribution: 'empirical', values: [600, 700], weights: [1] }),
    pointer: '/workload/inputTokens',
    remedy: /[Gg]ive one weight/,
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
    remedy: /exactly one/,
  },
  {
    name: 'a prompt that says it twice',
    spec: withWorkload({ kind: 'prompts', prompts: [{ prompt: 'a', messages: [{ role: 'user', content: 'a' }] }] }),
    pointer: '/workload/prompts/0',
    remedy: /exactly one/,
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
    remedy: /at most 1/,
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
    remedy: /known here: concurrency/,
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
    remedy: /from 100 to 600000/,
  },
  {
    name: 'a run of two days',
    spec: withLimits({ maxDurationMs: 172_800_000 }),
    pointer: '/limits/maxDurationMs',
    remedy: /86400000/,
  },
];

const rest: BadSpec[] = [
  {
    name: 'an assertion of an unknown metric',
    spec: leastSpec({ assertions: [{ metric: 'ttft', statistic: 'p95', op: '<=', value: 1 }] }),
    pointer: '/assertions/0/metric',
    remedy: /./,
  },
  {
    name: 'an assertion without its statistic',
    spec: leastSpec({ assertions: [{ metric: 'ttftMs', op: '<=', value: 1 }] }),
    pointer: '/assertions/0/statistic',
    remedy: /Add "statistic": one of "p25"/,
  },
  {
    name: 'a statistic of a metric that has none',
    spec: leastSpec({ assertions: [{ metric: 'errorRate', statistic: 'p95', op: '<=', value: 1 }] }),
    pointer: '/assertions/0/statistic',
    remedy: /Remove it/,
  },
  {
    name: 'an unknown comparison',
    spec: leastSpec({ assertions: [{ metric: 'errorRate', op: '=', value: 1 }] }),
    pointer: '/assertions/0/op',
    remedy: /"<", "<=", ">", ">="/,
  },
  {
    name: 'an assertion about no target of the spec',
    spec: leastSpec({ assertions: [{ target: 'other', metric: 'errorRate', op: '<', value: 1 }] }),
    pointer: '/assertions/0/target',
    remedy: /target-1/,
  },
  {
    name: 'a webhook to no URL',
    spec: leastSpec({ webhooks: [{ url: 'hooks' }] }),
    pointer: '/webhooks/0/url',
    remedy: /https:\/\//,
  },
  {
    name: 'a webhook with a password',
    spec: leastSpec({ webhooks: [{ url: 'https://u:p@hooks.example.com' }] }),
    pointer: '/webhooks/0/url',
    remedy: /./,
  },
  {
    name: 'a webhook to a private address',
    spec: leastSpec({ webhooks: [{ url: 'http://192.168.1.1/x' }] }),
    pointer: '/webhooks/0/url',
    remedy: /public host/,
  },
  {
    name: 'an unknown event',
    spec: leastSpec({ webhooks: [{ url: 'https://hooks.example.com', events: ['run.finished'] }] }),
    pointer: '/webhooks/0/events/0',
    remedy: /"run.started"/,
  },
];

export const badSpecs: readonly BadSpec[] = [...shape, ...targets, ...workloads, ...loads, ...limits, ...rest];
