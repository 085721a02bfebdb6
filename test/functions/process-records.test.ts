import { describe, expect, test } from 'vitest';
import { processRecords } from '../../functions/process-records.ts';
import { toSqsRecord } from '../../infra/local/queues/event-source.ts';
import { createRecordingLogger } from '../support/simulation/recording-logger.ts';

const records = ['good', 'bad', 'fine'].map((Body) =>
  toSqsRecord({ MessageId: `id-${Body}`, Body }, 'arn:aws:sqs:us-east-1:000000000000:q'),
);

describe('processing records', () => {
  test('names exactly the records whose work failed, and logs why', async () => {
    const logger = createRecordingLogger();
    const recorded: string[] = [];
    const telemetry = { record: (metric: string) => void recorded.push(metric) };
    const worked: string[] = [];
    const response = await processRecords(records, { logger, telemetry }, async ({ body }) => {
      if (body === 'bad') throw new Error('no good');
      worked.push(body);
    });
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'id-bad' }] });
    expect(worked).toEqual(['good', 'fine']);
    expect(recorded).toEqual(['messageFailed']);
    expect(logger.lines).toMatchObject([
      { level: 'error', fields: { messageId: 'id-bad', error: new Error('no good') } },
    ]);
  });

  test('a record whose work throws before it waits for anything fails alone too', async () => {
    const response = await processRecords(
      records,
      { logger: createRecordingLogger(), telemetry: { record: () => {} } },
      ({ body }) => {
        if (body === 'good') throw new Error('at once');
        return Promise.resolve();
      },
    );
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'id-good' }]);
  });

  test('works on the records side by side', async () => {
    const { promise: lastCame, resolve } = Promise.withResolvers<void>();
    const response = await processRecords(
      records,
      { logger: createRecordingLogger(), telemetry: { record: () => {} } },
      async ({ body }) => {
        if (body === 'fine') resolve();
        await lastCame;
      },
    );
    expect(response.batchItemFailures).toEqual([]);
  });
});
