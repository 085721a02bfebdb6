import type { Stack } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TelemetryName } from '../../../../shared/records/telemetry.ts';
import { messageKinds } from '../../../message-kinds.ts';
import { functionNames } from '../function-settings.ts';
import { createTelemetryMetric, type Watched } from './build-conditions.ts';

const createGraph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 12, height: 6 });

export function createDashboard(
  stack: Stack,
  { name, table, queues, functions, httpApi }: Watched,
  alarms: Alarm[],
): void {
  const own = (...metrics: TelemetryName[]) => metrics.map((metric) => createTelemetryMetric(name, metric, 5));
  const lambdas = functionNames.map((each) => functions[each]);
  const kindQueues = messageKinds.map((kind) => queues[kind].queue);
  const waiting = kindQueues.map((queue) => queue.metricApproximateNumberOfMessagesVisible());
  const received = kindQueues.map((queue) => queue.metricNumberOfMessagesReceived());
  const concurrent = lambdas.map((lambda) => lambda.metric('ConcurrentExecutions', { statistic: 'Maximum' }));
  const errors = lambdas.map((lambda) => lambda.metricErrors());
  const throttles = lambdas.map((lambda) => lambda.metricThrottles());
  const units = [table.metricConsumedReadCapacityUnits(), table.metricConsumedWriteCapacityUnits()];
  const failures = own('leaseExpired', 'messageFailed', 'deadLetter');
  const waits = own('advanceQueuedMs', 'batchQueuedMs', 'finalizeQueuedMs', 'deliverLateMs');
  new Dashboard(stack, 'Dashboard', {
    dashboardName: name,
    widgets: [
      [new AlarmStatusWidget({ alarms, width: 24, height: 4 })],
      [
        createGraph('Finished runs', own('runEnded', 'runFailedByUs', 'runSuspect')),
        createGraph('Measured requests', own('requestsMeasured'), own('requestsFailed')),
      ],
      [
        createGraph('Waits, and report duration (ms, p95)', waits, own('finalizeMs')),
        createGraph('Lost workers, failed messages, dead letters', failures, own('webhookFailed')),
      ],
      [createGraph('Waiting messages', waiting), createGraph('Received messages', received)],
      [createGraph('Concurrent invocations', concurrent), createGraph('Errors', errors, throttles)],
      [
        createGraph('API requests', [httpApi.metricCount(), httpApi.metricServerError()], [httpApi.metricLatency()]),
        createGraph('Table', units),
      ],
    ],
  });
}
