import { writeSync } from 'node:fs';
import type { Clock, Telemetry } from '../ports.ts';
import { telemetryMetrics } from '../records/telemetry.ts';

/**
 * Creates telemetry that logs in CloudWatch's embedded metric format, which needs no API call. Fields are searchable
 * but are not dimensions, because CloudWatch bills each dimension value as a metric. Ignores the log level. Writes
 * synchronously, because Lambda may freeze the process after its response.
 * @param namespace CloudWatch namespace of the metrics. If null, nothing is written
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
