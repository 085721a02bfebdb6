import type { Stack } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TelemetryName } from '../../../shared/records/telemetry.ts';
import { messageKinds } from '../../message-kinds.ts';
import { functionNames } from '../function-names.ts';
import { telemetryOf, type Watched } from './create-alarms.ts';

const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 12, height: 6 });

/** What an operator looks at first: alarms, runs, queues, functions, table. */
export function createDashboard(
  stack: Stack,
  { name, table, queues, functions, httpApi, alarms }: Omit<Watched, 'key' | 'options'> & { alarms: Alarm[] },
): void {
  const own = (...metrics: TelemetryName[]) => metrics.map((metric) => telemetryOf(name, metric, 5));
  const each = functionNames.map((function_) => functions[function_]);
  new Dashboard(stack, 'Dashboard', {
    dashboardName: name,
    widgets: [
      [new AlarmStatusWidget({ alarms, width: 24, height: 4 })],
      [
        graph('Runs that ended', own('runEnded', 'runFailedByUs', 'runSuspect')),
        graph('Requests measured', own('requestsMeasured'), own('requestsFailed')),
      ],
      [
        graph('From queued to claimed, and making reports (ms, p95)', own('batchQueuedMs', 'finalizeMs')),
        graph('Lost, failed, given up', own('leaseExpired', 'messageFailed', 'deadLetter'), own('webhookFailed')),
      ],
      [
        graph(
          'Messages waiting',
          messageKinds.map((kind) => queues[kind].queue.metricApproximateNumberOfMessagesVisible()),
        ),
        graph(
          'Age of the oldest message (s)',
          messageKinds.map((kind) => queues[kind].queue.metricApproximateAgeOfOldestMessage()),
        ),
      ],
      [
        graph(
          'Invocations at one time',
          each.map((lambda) => lambda.metric('ConcurrentExecutions', { statistic: 'Maximum' })),
        ),
        graph(
          'Errors',
          each.map((lambda) => lambda.metricErrors()),
          each.map((lambda) => lambda.metricThrottles()),
        ),
      ],
      [
        graph('API requests', [httpApi.metricCount(), httpApi.metricServerError()], [httpApi.metricLatency()]),
        graph('Table', [table.metricConsumedReadCapacityUnits(), table.metricConsumedWriteCapacityUnits()]),
      ],
    ],
  });
}
