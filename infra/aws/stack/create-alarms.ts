import { Duration, type Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { MessageKind } from '../../../shared/records/messages.ts';
import { type TelemetryName, telemetryMetrics } from '../../../shared/records/telemetry.ts';
import { messageKinds } from '../../message-kinds.ts';
import type { Options } from '../options.ts';
import type { QueuePair, QueuePairs } from './create-queues.ts';
import { type FunctionName, functionNames } from './function-settings.ts';

export type Watched = {
  name: string;
  key: Key;
  table: Table;
  queues: QueuePairs;
  functions: Record<FunctionName, LambdaFunction>;
  httpApi: HttpApi;
  options: Options;
};

type Condition = { metric: IMetric; threshold: number; below?: boolean };

const minutes = (count: number) => ({ period: Duration.minutes(count) });

/** Creates alarms that notify one SNS topic, and subscribes the address in the `alarmEmail` option to the topic. */
export function createAlarms(
  stack: Stack,
  watched: Pick<Watched, 'name' | 'key' | 'options'>,
  conditions: Partial<Record<AlarmName, Condition>>,
): Alarm[] {
  const topicName = `${watched.name}-alarms`;
  const topic = new Topic(stack, 'Alarms', { topicName, masterKey: watched.key, enforceSSL: true });
  const { alarmEmail } = watched.options;
  if (alarmEmail !== null) topic.addSubscription(new EmailSubscription(alarmEmail));
  return Object.entries(conditions).map(([name, condition]) => {
    const description = alarmDefinitions[name as AlarmName]; // all keys of `conditions` are alarm names
    const alarm = new Alarm(stack, `Alarm-${name}`, {
      alarmName: `${watched.name}-${name}`,
      alarmDescription: `${description}. Runbook: docs/runbook.md#${name}`,
      metric: condition.metric,
      threshold: condition.threshold,
      evaluationPeriods: 1,
      comparisonOperator: condition.below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: condition.below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  });
}

/** Builds the conditions of all alarms in the home region. */
export function buildConditions({ name, table, queues, functions, httpApi }: Watched): Record<AlarmName, Condition> {
  const age = (kind: MessageKind) => measureAge(queues[kind].queue);
  const five = minutes(5);
  const all = functionNames.map((each) => functions[each]);
  const deadLetterAges = messageKinds.map((kind) =>
    queues[kind].deadLetters.metricApproximateAgeOfOldestMessage({ ...five, statistic: 'Maximum' }),
  );
  const refused = ['ReadThrottleEvents', 'WriteThrottleEvents'].map((event) =>
    table.metric(event, { ...five, statistic: 'Sum' }),
  );
  return {
    'api-errors': { metric: httpApi.metricServerError({ ...five, statistic: 'Sum' }), threshold: 5 },
    ...buildFunctionConditions(name, all, combineMetrics(deadLetterAges, 'MAX', five)),
    'advance-delay': { metric: age('advance'), threshold: 300 },
    'batch-delay': { metric: age('batch'), threshold: 900 },
    'finalize-delay': { metric: age('finalize'), threshold: 600 },
    // Threshold in seconds. It exceeds the 15 minutes for which the queue may delay a retry.
    'deliver-delay': { metric: age('deliver'), threshold: 2_100 },
    'supervisor-silent': { metric: functions.supervisor.metricInvocations(five), threshold: 1, below: true },
    'table-throttles': { metric: combineMetrics(refused, 'SUM', five), threshold: 10 },
    'leases-expired': { metric: createTelemetryMetric(name, 'leaseExpired', 15), threshold: 5 },
    'runs-failed': { metric: createTelemetryMetric(name, 'runFailedByUs', 60), threshold: 2 },
    'suspect-runs': { metric: createTelemetryMetric(name, 'runSuspect', 60), threshold: 3 },
  };
}

/** Builds the alarm conditions for the workers in another region. */
export function buildWorkerConditions(
  name: string,
  { queue, deadLetters }: QueuePair,
  functions: LambdaFunction[],
): Partial<Record<AlarmName, Condition>> {
  return {
    ...buildFunctionConditions(name, functions, measureAge(deadLetters)),
    'batch-delay': { metric: measureAge(queue), threshold: 900 },
  };
}

/** Builds the alarm conditions for functions and their messages, in any region. */
function buildFunctionConditions(name: string, functions: LambdaFunction[], deadLetterAge: IMetric) {
  const five = minutes(5);
  const errors = functions.map((each) => each.metricErrors(five));
  const throttles = functions.map((each) => each.metricThrottles(five));
  return {
    'function-errors': { metric: combineMetrics(errors, 'SUM', five), threshold: 3 },
    'message-failures': { metric: createTelemetryMetric(name, 'messageFailed', 15), threshold: 5 },
    'dead-letters': { metric: createTelemetryMetric(name, 'deadLetter', 5), threshold: 1 },
    'dead-letters-stuck': { metric: deadLetterAge, threshold: 1_800 },
    throttles: { metric: combineMetrics(throttles, 'SUM', five), threshold: 10 },
  };
}

function measureAge(queue: Queue): IMetric {
  return queue.metricApproximateAgeOfOldestMessage({ ...minutes(1), statistic: 'Maximum' });
}

function combineMetrics(metrics: IMetric[], operation: 'SUM' | 'MAX', period: { period: Duration }): IMetric {
  return new MathExpression({
    expression: `${operation}([${metrics.map((_, k) => `m${k}`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, k) => [`m${k}`, metric])),
    ...period,
  });
}

function createTelemetryMetric(namespace: string, metric: TelemetryName, periodMinutes: number): Metric {
  const { name, unit } = telemetryMetrics[metric];
  const statistic = unit === 'Count' ? 'Sum' : 'p95';
  return new Metric({ namespace, metricName: name, statistic, period: Duration.minutes(periodMinutes) });
}

const createGraph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 12, height: 6 });

export function createDashboard(
  stack: Stack,
  { name, table, queues, functions, httpApi, alarms }: Omit<Watched, 'key' | 'options'> & { alarms: Alarm[] },
): void {
  const own = (...metrics: TelemetryName[]) => metrics.map((metric) => createTelemetryMetric(name, metric, 5));
  const lambdas = functionNames.map((each) => functions[each]);
  const kindQueues = messageKinds.map((kind) => queues[kind].queue);
  const waiting = kindQueues.map((queue) => queue.metricApproximateNumberOfMessagesVisible());
  const ages = kindQueues.map((queue) => queue.metricApproximateAgeOfOldestMessage());
  const concurrent = lambdas.map((lambda) => lambda.metric('ConcurrentExecutions', { statistic: 'Maximum' }));
  const errors = lambdas.map((lambda) => lambda.metricErrors());
  const throttles = lambdas.map((lambda) => lambda.metricThrottles());
  const units = [table.metricConsumedReadCapacityUnits(), table.metricConsumedWriteCapacityUnits()];
  const failures = own('leaseExpired', 'messageFailed', 'deadLetter');
  new Dashboard(stack, 'Dashboard', {
    dashboardName: name,
    widgets: [
      [new AlarmStatusWidget({ alarms, width: 24, height: 4 })],
      [
        createGraph('Finished runs', own('runEnded', 'runFailedByUs', 'runSuspect')),
        createGraph('Measured requests', own('requestsMeasured'), own('requestsFailed')),
      ],
      [
        createGraph('Batch wait and report duration (ms, p95)', own('batchQueuedMs', 'finalizeMs')),
        createGraph('Lost workers, failed messages, dead letters', failures, own('webhookFailed')),
      ],
      [createGraph('Waiting messages', waiting), createGraph('Age of oldest message (s)', ages)],
      [createGraph('Concurrent invocations', concurrent), createGraph('Errors', errors, throttles)],
      [
        createGraph('API requests', [httpApi.metricCount(), httpApi.metricServerError()], [httpApi.metricLatency()]),
        createGraph('Table', units),
      ],
    ],
  });
}

/** Alarms and their descriptions. Each alarm name is a heading in docs/runbook.md. */
export const alarmDefinitions = {
  'api-errors': 'The API returned five or more 5xx responses within five minutes',
  'function-errors':
    'A function failed three or more times within five minutes: a bug, a timeout, or too little memory',
  'message-failures': 'Processing failed for five or more messages within fifteen minutes; SQS redelivers them',
  'dead-letters': 'A message failed on every attempt; its run or batch ended as failed',
  'dead-letters-stuck': 'A dead letter has waited for half an hour: the coordinator does not receive it',
  throttles: 'Invocations were throttled: the account has no concurrency left',
  'advance-delay': 'A message for the coordinator has waited for five minutes',
  'batch-delay': 'A batch has waited for a worker for fifteen minutes',
  'finalize-delay': 'A run has waited for its report for ten minutes',
  'deliver-delay': 'A webhook has waited for its attempt for more than half an hour',
  'supervisor-silent': 'The supervisor has not run for five minutes: lost messages are not resent',
  'table-throttles': 'The table refused ten or more reads or writes within five minutes',
  'leases-expired': 'Five or more workers were lost within fifteen minutes',
  'runs-failed': 'Two or more runs failed within an hour because of the service',
  'suspect-runs': 'Three or more runs within an hour have suspect measurements',
} as const;

export type AlarmName = keyof typeof alarmDefinitions;
