import { Duration, type Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
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
import { type FunctionName, functionNames } from '../function-names.ts';
import type { Options } from '../options.ts';
import { type AlarmName, alarmDefinitions } from './alarm-definitions.ts';
import type { QueuePair, QueuePairs } from './create-queues.ts';

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

/** One alarm for each definition. */
export function createAlarms(stack: Stack, watched: Watched): Alarm[] {
  return addAlarms(stack, watched, conditionsOf(watched));
}

/** Alarms of these definitions; all tell one topic, which may write to an address. */
export function addAlarms(
  stack: Stack,
  watched: Pick<Watched, 'name' | 'key' | 'options'>,
  conditions: Partial<Record<AlarmName, Condition>>,
): Alarm[] {
  const topic = new Topic(stack, 'Alarms', {
    topicName: `${watched.name}-alarms`,
    masterKey: watched.key,
    enforceSSL: true,
  });
  const { alarmEmail } = watched.options;
  if (alarmEmail !== null) topic.addSubscription(new EmailSubscription(alarmEmail));
  return Object.entries(conditions).map(([name, condition]) => {
    const description = alarmDefinitions[name as AlarmName]; // the conditions have these keys
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

function conditionsOf({ name, table, queues, functions, httpApi }: Watched): Record<AlarmName, Condition> {
  const age = (kind: MessageKind) => ageOf(queues[kind].queue);
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
    ...functionConditions(name, all, over(deadLetterAges, 'MAX', five)),
    'advance-delay': { metric: age('advance'), threshold: 300 },
    'batch-delay': { metric: age('batch'), threshold: 900 },
    'finalize-delay': { metric: age('finalize'), threshold: 600 },
    // A retry may lie in the queue for a quarter of an hour by intention.
    'deliver-delay': { metric: age('deliver'), threshold: 2_100 },
    'supervisor-silent': { metric: functions.supervisor.metricInvocations(five), threshold: 1, below: true },
    'table-throttles': { metric: over(refused, 'SUM', five), threshold: 10 },
    'leases-expired': { metric: telemetryOf(name, 'leaseExpired', 15), threshold: 5 },
    'runs-failed': { metric: telemetryOf(name, 'runFailedByUs', 60), threshold: 2 },
    'suspect-runs': { metric: telemetryOf(name, 'runSuspect', 60), threshold: 3 },
  };
}

/** What can go wrong with the workers of another region, and is not seen from here. */
export function workerConditions(
  name: string,
  { queue, deadLetters }: QueuePair,
  functions: LambdaFunction[],
): Partial<Record<AlarmName, Condition>> {
  return {
    ...functionConditions(name, functions, ageOf(deadLetters)),
    'batch-delay': { metric: ageOf(queue), threshold: 900 },
  };
}

/** What can go wrong with functions and their messages anywhere. */
function functionConditions(name: string, functions: LambdaFunction[], deadLetterAge: IMetric) {
  const five = minutes(5);
  const errors = functions.map((each) => each.metricErrors(five));
  const throttles = functions.map((each) => each.metricThrottles(five));
  return {
    'function-errors': { metric: over(errors, 'SUM', five), threshold: 3 },
    'message-failures': { metric: telemetryOf(name, 'messageFailed', 15), threshold: 5 },
    'dead-letters': { metric: telemetryOf(name, 'deadLetter', 5), threshold: 1 },
    'dead-letters-stuck': { metric: deadLetterAge, threshold: 1_800 },
    throttles: { metric: over(throttles, 'SUM', five), threshold: 10 },
  };
}

function ageOf(queue: Queue): IMetric {
  return queue.metricApproximateAgeOfOldestMessage({ ...minutes(1), statistic: 'Maximum' });
}

function over(metrics: IMetric[], operation: 'SUM' | 'MAX', period: { period: Duration }): IMetric {
  return new MathExpression({
    expression: `${operation}([${metrics.map((_, k) => `m${k}`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, k) => [`m${k}`, metric])),
    ...period,
  });
}

/** A metric that our own code emits, by the name that the code has for it. */
export function telemetryOf(namespace: string, metric: TelemetryName, periodMinutes: number): Metric {
  const { name, unit } = telemetryMetrics[metric];
  return new Metric({
    namespace,
    metricName: name,
    statistic: unit === 'Count' ? 'Sum' : 'p95',
    period: Duration.minutes(periodMinutes),
  });
}
