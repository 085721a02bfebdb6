import { beforeAll, describe, expect, test } from 'vitest';
import { type AlarmName, alarmDefinitions } from '../../../../../infra/aws/stack/alarms/alarm-definitions.ts';
import { functionNames } from '../../../../../infra/aws/stack/function-settings.ts';
import { tableDefinition } from '../../../../../shared/adapters/dynamodb/table.ts';
import { deadLetterSuffix } from '../../../../../shared/records/messages.ts';
import { readEnvironment, type Synthesized, synthesize } from '../synthesize.ts';
import { createMetricFeed, type MetricFeed } from './create-metric-feed.ts';
import { simulateAlarm } from './simulate-alarm.ts';

const namespace = 'tokenmeter-test';
const hour = listMinutes(0, 60);

/** Lists minutes of an hour, the last one excluded. */
function listMinutes(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, k) => first + k);
}

const lambda = (metric: string, name: string) => `AWS/Lambda ${metric} FunctionName=${namespace}-${name}`;
const queue = (metric: string, name: string) => `AWS/SQS ${metric} QueueName=${namespace}-${name}`;
const table = (metric: string, index: string | null) =>
  [
    'AWS/DynamoDB',
    metric,
    ...(index === null ? [] : [`GlobalSecondaryIndexName=${index}`]),
    `TableName=${namespace}`,
  ].join(' ');
const apiErrors = `AWS/ApiGateway 5xx ApiId=${namespace}`;
const throttleEvents = ['ReadThrottleEvents', 'WriteThrottleEvents'];
const tablePlaces = [null, ...tableDefinition.indexes.map(({ name }) => name)];

type Scene = (feed: MetricFeed) => void | Promise<void>;
type Case = { rings: Record<string, Scene>; stays: Record<string, Scene> };

/** Builds one scene for each metric: `value` once in the hour, and nothing of the others. */
function once(metrics: readonly string[], value: number): Record<string, Scene> {
  return Object.fromEntries(metrics.map((metric) => [metric, (feed) => feed.report(metric, value, [7])]));
}

function ofFunctions(metric: string, threshold: number): Case {
  const metrics = functionNames.map((name) => lambda(metric, name));
  return { rings: once(metrics, threshold), stays: threshold === 1 ? {} : once(metrics, threshold - 1) };
}

function ofTelemetry(metric: Parameters<MetricFeed['record']>[0], count: number): Case {
  return {
    rings: { enough: (feed) => feed.record(metric, 1, Array(count).fill(3)) },
    stays: { fewer: (feed) => feed.record(metric, 1, Array(count - 1).fill(3)) },
  };
}

/** A queue with waiting messages of which none is received for these minutes. */
const stick =
  (name: string, minutes: readonly number[]): Scene =>
  (feed) => {
    feed.report(queue('ApproximateNumberOfMessagesVisible', name), 3, minutes);
    feed.report(queue('NumberOfMessagesReceived', name), 0, minutes);
  };

const busy =
  (name: string): Scene =>
  (feed) => {
    feed.report(queue('ApproximateNumberOfMessagesVisible', name), 500, hour);
    feed.report(queue('NumberOfMessagesReceived', name), 1, [2, 9, 14, 21, 29, 33, 38, 44, 46, 52, 58]);
  };

function ofWait(kind: 'advance' | 'batch' | 'finalize', lateMs: number): Case {
  return {
    rings: { 'messages are received late': (feed) => feed.receive(kind, { waitMs: lateMs }, hour) },
    stays: {
      'messages are received in time': (feed) => feed.receive(kind, { waitMs: lateMs / 2 }, hour),
      'a handler works on one for long': (feed) => {
        feed.report(queue('ApproximateAgeOfOldestMessage', kind), 900, hour);
        return feed.receive(kind, {}, hour);
      },
      'messages are received again': (feed) => feed.receive(kind, { waitMs: lateMs, receiveCount: 2 }, hour),
      'a dead letter arrives': (feed) => feed.receive(kind, { waitMs: lateMs, suffix: deadLetterSuffix }, hour),
    },
  };
}

const cases: Record<AlarmName, Case> = {
  'api-errors': { rings: once([apiErrors], 5), stays: once([apiErrors], 4) },
  'function-errors': ofFunctions('Errors', 3),
  throttles: ofFunctions('Throttles', 10),
  'invocations-dropped': ofFunctions('RecursiveInvocationsDropped', 1),
  'message-failures': {
    rings: { 'five fail': (feed) => feed.receive('batch', { fails: true }, [1, 3, 5, 7, 9]) },
    stays: { 'four fail': (feed) => feed.receive('batch', { fails: true }, [1, 3, 5, 7]) },
  },
  'dead-letters': ofTelemetry('deadLetter', 1),
  'dead-letters-stuck': {
    rings: once(['advance', 'batch', 'finalize', 'deliver'].map(nameLetterAge), 1_800),
    stays: once(['advance', 'batch', 'finalize', 'deliver'].map(nameLetterAge), 180),
  },
  'messages-stuck': {
    rings: Object.fromEntries(
      ['advance', 'finalize', 'deliver'].map((name) => [name, stick(name, listMinutes(10, 25))]),
    ),
    stays: { 'for ten minutes': stick('advance', listMinutes(10, 20)), 'a long queue that moves': busy('finalize') },
  },
  'batches-stuck': {
    rings: { 'no worker receives them': stick('batch', listMinutes(10, 30)) },
    stays: {
      'all workers are busy for fourteen minutes': stick('batch', listMinutes(10, 24)),
      'a long queue that moves': busy('batch'),
    },
  },
  'advance-delay': ofWait('advance', 120_000),
  'batch-delay': ofWait('batch', 600_000),
  'finalize-delay': ofWait('finalize', 600_000),
  'deliver-delay': {
    rings: { late: (feed) => feed.record('deliverLateMs', 300_000, hour) },
    stays: { 'in time': (feed) => feed.record('deliverLateMs', 60_000, hour) },
  },
  'supervisor-silent': {
    rings: { 'is never invoked': () => {}, 'stops after half an hour': (feed) => runSupervisor(feed, hour.slice(30)) },
    stays: { 'runs each minute': (feed) => runSupervisor(feed, hour) },
  },
  'table-throttles': {
    rings: once(listThrottles(), 10),
    stays: once(listThrottles(), 9),
  },
  'leases-expired': ofTelemetry('leaseExpired', 5),
  'runs-failed': ofTelemetry('runFailedByUs', 2),
  'suspect-runs': ofTelemetry('runSuspect', 3),
};

function nameLetterAge(kind: string): string {
  return queue('ApproximateAgeOfOldestMessage', `${kind}${deadLetterSuffix}`);
}

function listThrottles(): string[] {
  return tablePlaces.flatMap((place) => throttleEvents.map((event) => table(event, place)));
}

function runSupervisor(feed: MetricFeed, minutes: readonly number[]): void {
  feed.report(lambda('Invocations', 'supervisor'), 1, minutes);
}

let stack: Synthesized;
beforeAll(() => {
  stack = synthesize();
});

async function simulate(name: string, scene: Scene): Promise<ReturnType<typeof simulateAlarm>> {
  const alarms = stack.ofType('AWS::CloudWatch::Alarm').map(([, properties]) => properties);
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `${namespace}-${name}`);
  if (alarm === undefined) throw new Error(`The stack has no alarm ${name}`);
  const feed = createMetricFeed(namespace);
  await scene(feed);
  return simulateAlarm(alarm, stack.resources, feed.datapoints, hour.length);
}

describe.each(Object.keys(alarmDefinitions) as AlarmName[])('the alarm %s', (name) => {
  test('rings', async () => {
    for (const [situation, scene] of Object.entries(cases[name].rings))
      expect((await simulate(name, scene)).states, situation).toContain(true);
  });

  test('does not ring', async () => {
    for (const [situation, scene] of Object.entries(cases[name].stays))
      expect((await simulate(name, scene)).states, situation).not.toContain(true);
    if (name !== 'supervisor-silent') expect((await simulate(name, () => {})).states).not.toContain(true);
  });
});

test('the functions write their metrics into the namespace of the alarms', () => {
  for (const [, properties] of stack.ofType('AWS::Lambda::Function'))
    expect(readEnvironment(properties)['TELEMETRY_NAMESPACE']).toBe(namespace);
});

test('no alarm has more metrics than CloudWatch allows', async () => {
  for (const name of Object.keys(alarmDefinitions))
    expect((await simulate(name, () => {})).metrics.length, name).toBeLessThanOrEqual(10);
});
