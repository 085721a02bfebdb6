import type { Stack } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TelemetryName } from '../../../shared/records/telemetry.ts';
import { messageKinds } from '../../message-kinds.ts';
import { createTelemetryMetric, type Watched } from './create-alarms.ts';
import { functionNames } from './function-settings.ts';

const createGraph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 12, height: 6 });

/** Creates the dashboard for operators: alarms, runs, queues, functions, table. */
export function createDashboard(
  stack: Stack,
  { name, table, queues, functions, httpApi, alarms }: Omit<Watched, 'key' | 'options'> & { alarms: Alarm[] },
): void {
  const own = (...metrics: TelemetryName[]) => metrics.map((metric) => createTelemetryMetric(name, metric, 5));
  const each = functionNames.map((function_) => functions[function_]);
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
        createGraph(
          'Lost workers, failed messages, dead letters',
          own('leaseExpired', 'messageFailed', 'deadLetter'),
          own('webhookFailed'),
        ),
      ],
      [
        createGraph(
          'Waiting messages',
          messageKinds.map((kind) => queues[kind].queue.metricApproximateNumberOfMessagesVisible()),
        ),
        createGraph(
          'Age of oldest message (s)',
          messageKinds.map((kind) => queues[kind].queue.metricApproximateAgeOfOldestMessage()),
        ),
      ],
      [
        createGraph(
          'Concurrent invocations',
          each.map((lambda) => lambda.metric('ConcurrentExecutions', { statistic: 'Maximum' })),
        ),
        createGraph(
          'Errors',
          each.map((lambda) => lambda.metricErrors()),
          each.map((lambda) => lambda.metricThrottles()),
        ),
      ],
      [
        createGraph('API requests', [httpApi.metricCount(), httpApi.metricServerError()], [httpApi.metricLatency()]),
        createGraph('Table', [table.metricConsumedReadCapacityUnits(), table.metricConsumedWriteCapacityUnits()]),
      ],
    ],
  });
}
