import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processRecords, readMessage, readMessageOfKind } from '../../functions/process-records.ts';
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

const runId = `run_${'0'.repeat(26)}`;
const batch = { kind: 'batch', runId, stageIndex: 0, batchIndex: 1, attempt: 1 };

describe('reading a message', () => {
  test('gives what was sent', () => {
    expect(readMessage(JSON.stringify(batch))).toEqual(batch);
    expect(readMessageOfKind('batch', JSON.stringify(batch))).toEqual(batch);
  });

  test('gives what 0.1.0 sent under the names of today', () => {
    const { stageIndex: stage, batchIndex: index, ...rest } = batch;
    expect(readMessage(JSON.stringify({ ...rest, stage, batch: index }))).toEqual(batch);
  });

  test.each([
    ['no JSON', '{"kind":'],
    ['nothing', ''],
    ['no object', '17'],
    ['an unknown kind', JSON.stringify({ kind: 'dance', runId })],
    ['a field too many', JSON.stringify({ ...batch, apiKey: 'x' })],
    ['a field too few', JSON.stringify({ kind: 'batch', runId })],
    ['an id of another form', JSON.stringify({ kind: 'advance', runId: 'run_1' })],
  ])('refuses %s', (_, body) => {
    expect(() => readMessage(body)).toThrow('does not contain a valid message');
  });

  test('throws an Error, and nothing else, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => readMessage(body)).toThrow(Error);
      }),
    );
  });

  test('refuses a message at the door of another kind, naming both', () => {
    expect(() => readMessageOfKind('finalize', JSON.stringify(batch))).toThrow(/kind finalize, .*batch/);
  });
});
