import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { tableDefinition } from '../../../../shared/adapters/dynamodb/table.ts';
import { type TelemetryName, telemetryMetrics } from '../../../../shared/records/telemetry.ts';
import { messageKinds } from '../../../message-kinds.ts';
import type { QueuePair, QueuePairs } from '../create-queues.ts';
import { type FunctionName, functionNames } from '../function-settings.ts';
import type { AlarmName } from './alarm-definitions.ts';

export type Watched = {
  name: string;
  table: Table;
  queues: QueuePairs;
  functions: Record<FunctionName, LambdaFunction>;
  httpApi: HttpApi;
};

type Condition = {
  metric: IMetric;
  threshold: number;
  /** Whether the metric must be below the threshold. Default: at or above it. */
  below?: boolean;
  /** Number of consecutive periods that must meet the condition. Default: 1. */
  periods?: number;
};

export type Conditions = Record<AlarmName, Condition>;

const five = { period: Duration.minutes(5) };
const secondMs = 1_000;

/**
 * Builds the conditions of all alarms in the home region. The age of the oldest message of SQS includes messages that a
 * function is working on, so delays are measured by the functions when they receive a message.
 */
export function buildConditions({ name, table, queues, functions, httpApi }: Watched): Conditions {
  const all = functionNames.map((each) => functions[each]);
  const deadLetterAges = messageKinds.map((kind) => measureAge(queues[kind].deadLetters));
  const shortQueues = messageKinds.filter((kind) => kind !== 'batch').map((kind) => queues[kind].queue);
  const own = (metric: TelemetryName, periodMinutes = 5) => createTelemetryMetric(name, metric, periodMinutes);
  return {
    'api-errors': { metric: httpApi.metricServerError({ ...five, statistic: 'Sum' }), threshold: 5 },
    ...buildFunctionConditions(name, all, combineMetrics(deadLetterAges, 'MAX')),
    ...buildBatchConditions(name, queues.batch),
    'messages-stuck': { metric: countStuckMessages(shortQueues), threshold: 1, periods: 3 },
    'advance-delay': { metric: own('advanceQueuedMs'), threshold: 120 * secondMs },
    'finalize-delay': { metric: own('finalizeQueuedMs'), threshold: 600 * secondMs },
    'deliver-delay': { metric: own('deliverLateMs'), threshold: 300 * secondMs },
    'supervisor-silent': { metric: functions.supervisor.metricInvocations(five), threshold: 1, below: true },
    'table-throttles': { metric: combineMetrics(listThrottles(table), 'SUM'), threshold: 10 },
    'leases-expired': { metric: own('leaseExpired', 15), threshold: 5 },
    'runs-failed': { metric: own('runFailedByUs', 60), threshold: 2 },
    'suspect-runs': { metric: own('runSuspect', 60), threshold: 3 },
  };
}

/** Builds the alarm conditions for the workers in another region. */
export function buildWorkerConditions(name: string, pair: QueuePair, functions: LambdaFunction[]): Partial<Conditions> {
  return {
    ...buildFunctionConditions(name, functions, measureAge(pair.deadLetters)),
    ...buildBatchConditions(name, pair),
  };
}

/** Builds the alarm conditions for functions and their messages, in any region. */
function buildFunctionConditions(name: string, functions: LambdaFunction[], deadLetterAge: IMetric) {
  const sum = (metricName: string) =>
    combineMetrics(
      functions.map((each) => each.metric(metricName, { ...five, statistic: 'Sum' })),
      'SUM',
    );
  return {
    'function-errors': { metric: sum('Errors'), threshold: 3 },
    'message-failures': { metric: createTelemetryMetric(name, 'messageFailed', 15), threshold: 5 },
    'dead-letters': { metric: createTelemetryMetric(name, 'deadLetter', 5), threshold: 1 },
    'dead-letters-stuck': { metric: deadLetterAge, threshold: 1_800 },
    throttles: { metric: sum('Throttles'), threshold: 10 },
    'invocations-dropped': { metric: sum('RecursiveInvocationsDropped'), threshold: 1 },
  };
}

function buildBatchConditions(name: string, { queue }: QueuePair) {
  return {
    // All workers can be busy for fifteen minutes, so a queue with no receipts for that long may be healthy.
    'batches-stuck': { metric: countStuckMessages([queue]), threshold: 1, periods: 4 },
    'batch-delay': { metric: createTelemetryMetric(name, 'batchQueuedMs', 5), threshold: 600 * secondMs },
  };
}

/** Counts the waiting messages of queues whose messages no function received in the same five minutes. */
function countStuckMessages(queues: Queue[]): IMetric {
  const stuck = queues.map((queue, k) => {
    const waiting = queue.metricApproximateNumberOfMessagesVisible({ ...five, statistic: 'Minimum' });
    const received = queue.metricNumberOfMessagesReceived({ ...five, statistic: 'Sum' });
    const usingMetrics = { [`waiting${k}`]: waiting, [`received${k}`]: received };
    return new MathExpression({ expression: `IF(FILL(received${k}, 0) == 0, waiting${k}, 0)`, usingMetrics, ...five });
  });
  return combineMetrics(stuck, 'MAX');
}

/** Measures the age in s of the oldest dead letter. The coordinator takes at most three minutes to handle one. */
function measureAge(deadLetters: Queue): IMetric {
  return deadLetters.metricApproximateAgeOfOldestMessage({ ...five, statistic: 'Maximum' });
}

/** Lists the throttles of the table and of each index, which have metrics of their own. */
function listThrottles(table: Table): Metric[] {
  const places = [{}, ...tableDefinition.indexes.map((index) => ({ GlobalSecondaryIndexName: index.name }))];
  return places.flatMap((place) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((event) =>
      table.metric(event, { ...five, statistic: 'Sum', dimensionsMap: { TableName: table.tableName, ...place } }),
    ),
  );
}

function combineMetrics(metrics: IMetric[], operation: 'SUM' | 'MAX'): IMetric {
  return new MathExpression({
    expression: `${operation}([${metrics.map((_, k) => `m${k}`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, k) => [`m${k}`, metric])),
    ...five,
  });
}

/** Creates one of Tokenmeter's own metrics: the sum of a count, or the 95th percentile of a time. */
export function createTelemetryMetric(namespace: string, metric: TelemetryName, periodMinutes: number): Metric {
  const { name, unit } = telemetryMetrics[metric];
  const statistic = unit === 'Count' ? 'Sum' : 'p95';
  return new Metric({ namespace, metricName: name, statistic, period: Duration.minutes(periodMinutes) });
}
