import { writeSync } from 'node:fs';
import type { Clock, Telemetry } from '../ports.ts';
import { telemetryMetrics } from '../records/telemetry.ts';

/**
 * Creates telemetry that writes CloudWatch's embedded metric format to the log, so that no call is needed. Fields are
 * searchable but are not dimensions, because each dimension value is billed as a metric. Writes at every log level, and
 * synchronously, because Lambda may freeze after its answer.
 * @param namespace namespace of the metrics; null writes nothing
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
