import { expect, test } from 'vitest';
import { createTelemetry } from '../../../shared/adapters/emf-telemetry.ts';

const clock = { nowMs: () => 1_700_000_000_000 };

test('writes one line in the embedded metric format, with the fields next to the value', () => {
  const lines: string[] = [];
  const telemetry = createTelemetry('tokenmeter-test', clock, (line) => void lines.push(line));
  telemetry.record('batchQueuedMs', 12.5, { runId: 'run_1' });
  telemetry.record('runEnded');
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      runId: 'run_1',
      BatchQueuedMs: 12.5,
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'tokenmeter-test',
            Dimensions: [[]],
            Metrics: [{ Name: 'BatchQueuedMs', Unit: 'Milliseconds' }],
          },
        ],
      },
    },
    expect.objectContaining({ RunEnded: 1 }),
  ]);
});

test('writes nothing without a namespace', () => {
  const lines: string[] = [];
  createTelemetry(null, clock, (line) => void lines.push(line)).record('runEnded');
  expect(lines).toEqual([]);
});
