import { leastSpec } from '../../../../support/service/api-bench.ts';
import { badPlanSpecs } from './bad-plan-specs.ts';
import { badProtocolSpecs } from './bad-protocol-specs.ts';
import { type BadSpec, target, withTarget } from './bad-spec.ts';
import { badTargetSpecs } from './bad-target-specs.ts';

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
    remedy: /Did you mean workload\?/,
  },
  {
    name: 'an unknown field',
    spec: leastSpec({ foo: 1 }),
    pointer: '/foo',
    remedy: /Known fields: name, seed, targets/,
  },
  {
    name: 'a misspelt field of a target',
    spec: withTarget({ baseURL: 'x' }),
    pointer: '/targets/0/baseURL',
    remedy: /Did you mean baseUrl\?/,
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

const rest: BadSpec[] = [
  {
    name: 'an assertion of an unknown metric',
    spec: leastSpec({ assertions: [{ metric: 'ttft', statistic: 'p95', op: '<=', value: 1 }] }),
    pointer: '/assertions/0/metric',
    remedy: /"ttftMs"/,
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
    remedy: /Known fields: targetId, metric, op, value/,
  },
  {
    name: 'an unknown comparison',
    spec: leastSpec({ assertions: [{ metric: 'errorRate', op: '=', value: 1 }] }),
    pointer: '/assertions/0/op',
    remedy: /"<", "<=", ">", ">="/,
  },
  {
    name: 'an assertion about no target of the spec',
    spec: leastSpec({ assertions: [{ targetId: 'other', metric: 'errorRate', op: '<', value: 1 }] }),
    pointer: '/assertions/0/targetId',
    remedy: /target-1/,
  },
  {
    name: 'an SLO without a limit',
    spec: leastSpec({ slos: [{ metric: 'ttftMs' }] }),
    pointer: '/slos/0',
    remedy: /Add one, such as/,
  },
  {
    name: 'goodput asserted though nothing says what is good',
    spec: leastSpec({ assertions: [{ metric: 'goodputShare', op: '>=', value: 0.99 }] }),
    pointer: '/assertions/0/metric',
    remedy: /Add "slos"/,
  },
  {
    name: 'an assertion relative to no baseline',
    spec: leastSpec({ assertions: [{ metric: 'errorRate', op: '<=', value: 1.1, relativeToBaseline: true }] }),
    pointer: '/assertions/0/relativeToBaseline',
    remedy: /Add "baseline"/,
  },
  {
    name: 'a baseline that is not a run of the tenant',
    spec: leastSpec({ baseline: { runId: 'run_00000000000000000000000000' } }),
    pointer: '/baseline/runId',
    remedy: /GET \/v1\/runs/,
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
    remedy: /Remove the user name/,
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

export const badSpecs: readonly BadSpec[] = [
  ...shape,
  ...badTargetSpecs,
  ...badProtocolSpecs,
  ...badPlanSpecs,
  ...rest,
];
