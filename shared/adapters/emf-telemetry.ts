import { writeSync } from 'node:fs';
import type { Clock, Telemetry } from '../ports.ts';
import { telemetryMetrics } from '../records/telemetry.ts';

/**
 * Writes a line in CloudWatch's embedded metric format for each value: Lambda's log becomes the metric, and no call is
 * made. Fields stand in the line and can be searched for, but are no dimensions, which would cost a metric each.
 * Written whatever the log level is, and synchronously, as a Lambda may be frozen after its answer.
 * @param namespace of the metrics; null: nothing is written
 */
export function createTelemetry(
  namespace: string | null,
  clock: Pick<Clock, 'nowMs'>,
  write: (line: string) => void = (line) => writeSync(1, line),
): Telemetry {
  return {
    record: (metric, value = 1, fields = {}) => {
      if (namespace === null) return;
      const { name, unit } = telemetryMetrics[metric];
      const _aws = {
        Timestamp: clock.nowMs(),
        CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[]], Metrics: [{ Name: name, Unit: unit }] }],
      };
      write(`${JSON.stringify({ ...fields, [name]: value, _aws })}\n`);
    },
  };
}
