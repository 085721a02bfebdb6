import { expect, test } from 'vitest';
import { simulateRun } from '../../../bench/scale/simulate-run.ts';
import { partitionLimit } from '../../../bench/scale/table-load.ts';

/** The requests of the study, and the fastest pollers. */
const asked = {
  requests: 1_000_000,
  requestMs: 5_000,
  eventsPerRequest: 150,
  provisioned: { min: 100, max: 100 },
  growth: 'each-minute',
  seed: 1,
} as const;

test.each([64, 640, 6_400, 16_000, 32_000, 64_000])(
  '%i streams stay within the DynamoDB limits of each partition key',
  (streams) => {
    const { table, gatheringWrites } = simulateRun({ ...asked, streams });
    for (const writes of [gatheringWrites, table.runWrites, table.counterWrites, table.batchBlockWrites])
      expect(writes).toBeLessThan(partitionLimit.writeUnits);
    for (const reads of [table.meetingReads, table.runReads]) expect(reads).toBeLessThan(partitionLimit.readUnits);
  },
);
