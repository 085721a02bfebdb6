import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { describe, expect, test, vi } from 'vitest';
import { listBodies, type PumpBench, within } from '../support/service/pump-bench.ts';

/** Receives without waiting, every 100 ms. */
const pausing = {
  waitSeconds: 0,
  untilMessage: (signal: AbortSignal) => delay(100, undefined, { signal }).catch(() => undefined),
};

const failing = (event: SQSEvent, body: string): SQSBatchResponse => ({
  batchItemFailures: event.Records.filter((record) => record.body === body).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

/** Contract of the pump over any SQS server: visibility, deletion, redelivery, dead letters. */
export function describePump(bench: () => PumpBench): void {
  describe.concurrent('the pump', () => {
    test('passes records to a handler like Lambda', async (context) => {
      const { pair, pump } = await bench().setUp(context);
      const events: SQSEvent[] = [];
      pump({ invoke: async (event) => void events.push(event) });
      await bench().client.send(
        new SendMessageCommand({
          QueueUrl: pair.queue.url,
          MessageBody: 'hello',
          MessageAttributes: { trace: { DataType: 'String', StringValue: 'abc' } },
        }),
      );
      await vi.waitFor(() => expect(events).toHaveLength(1), within);
      const record = events[0]?.Records[0];
      expect(record).toMatchObject({
        body: 'hello',
        eventSource: 'aws:sqs',
        eventSourceARN: pair.queue.arn,
        awsRegion: 'us-east-1',
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        messageAttributes: { trace: { dataType: 'String', stringValue: 'abc' } },
      });
      expect(record?.attributes.ApproximateReceiveCount).toBe('1');
      expect(Number(record?.attributes.SentTimestamp)).toBeGreaterThan(1.6e12);
    });

    test('receives once per pause without waiting, and takes the messages that arrived meanwhile', async (context) => {
      const { pump, send } = await bench().setUp(context);
      const own = bench().openClient();
      context.onTestFinished(() => own.destroy());
      const receiptsAtMs: number[] = [];
      own.middlewareStack.add(
        (next) => (args) => {
          receiptsAtMs.push(performance.now());
          return next(args);
        },
        { step: 'initialize' },
      );
      const seen: string[] = [];
      pump({ client: own, ...pausing, invoke: async (event) => void seen.push(...listBodies(event)) });
      await vi.waitFor(() => expect(receiptsAtMs).toHaveLength(3), within);
      const [first = 0, , third = 0] = receiptsAtMs;
      // Timers may fire a millisecond early.
      expect(third - first).toBeGreaterThanOrEqual(198);
      await send('late');
      await vi.waitFor(() => expect(seen).toEqual(['late']), within);
    });

    test('runs the message of another tenant while one tenant has its share, and holds the rest hidden', async (context) => {
      const { pump, send, receive } = await bench().setUp(context);
      const seen: string[] = [];
      const released = Promise.withResolvers<void>();
      context.onTestFinished(() => released.resolve());
      await send('slow 1', 'slow 2', 'slow 3');
      pump({
        batchSize: 1,
        shares: { readTenant: ({ Body = '' }) => Body.split(' ')[0] ?? '', mayStart: ({ running }) => running < 1 },
        invoke: async (event) => {
          const [body = ''] = listBodies(event);
          seen.push(body);
          if (body.startsWith('slow')) await released.promise;
          return undefined;
        },
      });
      await vi.waitFor(() => expect(seen).toHaveLength(1), within);
      await send('quick 1');
      await vi.waitFor(() => expect(seen).toContain('quick 1'), within);
      // Longer than the visibility timeout of one second: held messages are not delivered a second time.
      expect(await receive(2)).toEqual([]);
      released.resolve();
      await vi.waitFor(() => expect(seen.toSorted()).toEqual(['quick 1', 'slow 1', 'slow 2', 'slow 3']), within);
    });

    test('runs the message of another tenant, although one tenant has 200 that hang', async (context) => {
      const { pump, send, receive } = await bench().setUp(context);
      const seen: string[] = [];
      const released = Promise.withResolvers<void>();
      context.onTestFinished(() => released.resolve());
      await send(...Array.from({ length: 200 }, (_, index) => `slow ${index}`));
      pump({
        batchSize: 1,
        concurrency: 4,
        shares: {
          readTenant: ({ Body = '' }) => Body.split(' ')[0] ?? '',
          mayStart: ({ running }) => running < 2,
          maxHeldPerTenant: 5,
        },
        invoke: async (event) => {
          const [body = ''] = listBodies(event);
          seen.push(body);
          if (body.startsWith('slow')) await released.promise;
          return undefined;
        },
      });
      await send('quick 1');
      await vi.waitFor(() => expect(seen).toContain('quick 1'), within);
      expect(seen).toHaveLength(3);
      expect(await receive()).toEqual([]);
      released.resolve();
    });

    test('deletes handled records, and redelivers only the failed records of a batch', async (context) => {
      const { pump, send, receive } = await bench().setUp(context);
      const seen: string[] = [];
      await send('good', 'bad', 'fine');
      pump({
        invoke: async (event) => {
          seen.push(...listBodies(event));
          return seen.filter((body) => body === 'bad').length === 1 ? failing(event, 'bad') : undefined;
        },
      });
      await vi.waitFor(() => expect(seen).toHaveLength(4), within);
      expect(seen.toSorted()).toEqual(['bad', 'bad', 'fine', 'good']);
      // Longer than the visibility timeout: nothing is redelivered.
      expect(await receive(2)).toEqual([]);
    });

    test('redelivers every record if the handler throws, and finally moves them to the dead-letter queue', async (context) => {
      const { pump, send, receiveDead } = await bench().setUp(context);
      const seen: string[] = [];
      await send('a', 'b');
      pump({
        invoke: async (event) => {
          seen.push(...listBodies(event));
          throw new Error('a bug');
        },
      });
      await vi.waitFor(async () => expect((await receiveDead()).length).toBeGreaterThan(0), within);
      expect(seen.toSorted()).toEqual(['a', 'a', 'b', 'b']);
    });

    test('treats a response that names an unknown record as a failure of all records', async (context) => {
      const { pump, send } = await bench().setUp(context);
      const seen: string[] = [];
      await send('a');
      pump({
        invoke: async (event) => {
          seen.push(...listBodies(event));
          return { batchItemFailures: seen.length === 1 ? [{ itemIdentifier: 'nobody' }] : [] };
        },
      });
      await vi.waitFor(() => expect(seen).toEqual(['a', 'a']), within);
    });

    test('keeps a message hidden while its handler runs longer than the visibility timeout', async (context) => {
      const { pump, send, receive } = await bench().setUp(context);
      const { promise: alsoReceived, resolve } = Promise.withResolvers<string[]>();
      await send('long');
      pump({
        concurrency: 1,
        invoke: async () => {
          // This call waits for twice the visibility timeout, and would get the message if it reappeared.
          resolve(await receive(2));
          return undefined;
        },
      });
      expect(await alsoReceived).toEqual([]);
    });

    test('never exceeds the maximum of invocations or the batch size', async (context) => {
      const { pump, send, receiveDead } = await bench().setUp(context);
      let running = 0;
      let most = 0;
      const sizes: number[] = [];
      await send(...Array.from({ length: 12 }, (_, k) => `m${k}`));
      pump({
        batchSize: 1,
        concurrency: 3,
        invoke: async (event) => {
          most = Math.max(most, ++running);
          sizes.push(event.Records.length);
          await receiveDead();
          running--;
          return undefined;
        },
      });
      await vi.waitFor(() => expect(sizes).toHaveLength(12), within);
      expect(most).toBe(3);
      expect(Math.max(...sizes)).toBe(1);
    });

    test('starts no handlers after a stop, and waits for the running ones', async (context) => {
      const { pump, send, receive } = await bench().setUp(context);
      const { promise: gate, resolve: open } = Promise.withResolvers<void>();
      const ended: string[] = [];
      await send('first');
      const started = pump({
        invoke: async (event) => {
          ended.push('started');
          await gate;
          ended.push(...listBodies(event));
          return undefined;
        },
      });
      await vi.waitFor(() => expect(ended).toEqual(['started']), within);
      const stopped = started.stop().then(() => ended.push('stopped'));
      await send('second');
      open();
      await stopped;
      expect(ended).toEqual(['started', 'first', 'stopped']);
      await vi.waitFor(async () => expect(await receive(1)).toEqual(['second']), within);
    });
  });
}
