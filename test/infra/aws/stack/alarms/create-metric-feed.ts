import { z } from 'zod';
import { processRecords } from '../../../../../functions/process-records.ts';
import { toSqsRecord } from '../../../../../infra/local/queues/event-source.ts';
import { createTelemetry } from '../../../../../shared/adapters/emf-telemetry.ts';
import { deriveId } from '../../../../../shared/ids/ids.ts';
import type { Message } from '../../../../../shared/records/messages.ts';
import type { TelemetryName } from '../../../../../shared/records/telemetry.ts';
import { createRecordingLogger } from '../../../../support/simulation/recording-logger.ts';
import type { Datapoints } from './simulate-alarm.ts';

const minuteMs = 60_000;
const runId = deriveId('run', 'fed');
const messages = {
  advance: { kind: 'advance', runId },
  batch: { kind: 'batch', runId, stageIndex: 0, batchIndex: 0, attempt: 1 },
  finalize: { kind: 'finalize', runId },
} satisfies Record<string, Message>;

const lineSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.tuple([z.tuple([])]),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

export type MetricFeed = ReturnType<typeof createMetricFeed>;

/** Creates datapoints as CloudWatch has them: from AWS's own metrics, and from the log lines that the functions write. */
export function createMetricFeed(namespace: string) {
  const datapoints: Datapoints = new Map();
  let nowMs = 0;
  const put = (metric: string, minute: number, value: number) => {
    const byMinute = datapoints.get(metric) ?? new Map<number, number[]>();
    datapoints.set(metric, byMinute.set(minute, [...(byMinute.get(minute) ?? []), value]));
  };
  /** Reads a log line like CloudWatch: each metric without dimensions becomes a datapoint. */
  const readLine = (text: string) => {
    const line = lineSchema.parse(JSON.parse(text));
    for (const { Namespace, Metrics } of line['_aws'].CloudWatchMetrics)
      for (const { Name } of Metrics)
        put(`${Namespace} ${Name}`, Math.floor(line['_aws'].Timestamp / minuteMs), Number(line[Name]));
  };
  const telemetry = createTelemetry(namespace, { nowMs: () => nowMs }, readLine);
  return {
    datapoints,
    /** Reports an AWS metric once a minute. */
    report: (metric: string, value: number, minutes: readonly number[]) => {
      for (const minute of minutes) put(metric, minute, value);
    },
    record: (metric: TelemetryName, value: number, minutes: readonly number[]) => {
      for (const minute of minutes) {
        nowMs = minute * minuteMs;
        telemetry.record(metric, value);
      }
    },
    /** Lets a function receive a message that waited in its queue. */
    receive: async (
      kind: keyof typeof messages,
      { waitMs = 10, receiveCount = 1, fails = false, suffix = '' },
      minutes: readonly number[],
    ) => {
      for (const minute of minutes) {
        nowMs = minute * minuteMs;
        const Attributes = {
          ApproximateReceiveCount: String(receiveCount),
          SentTimestamp: String(nowMs),
          ApproximateFirstReceiveTimestamp: String(nowMs + waitMs),
        };
        const message = { MessageId: 'm', Attributes, Body: JSON.stringify(messages[kind]) };
        const record = toSqsRecord(message, `arn:aws:sqs:us-east-1:000000000000:${namespace}-${kind}${suffix}`);
        const logger = createRecordingLogger();
        await processRecords([record], { logger, telemetry }, async () => {
          if (fails) throw new Error('a bug');
        });
      }
    },
  };
}
