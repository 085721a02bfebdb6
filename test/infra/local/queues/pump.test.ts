import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ensureQueuePair } from '../../../../infra/local/queues/ensure-queues.ts';
import { waitByInspection } from '../../../../infra/local/queues/queue-wait.ts';
import { type EmbeddedSqs, startEmbeddedSqs } from '../../../../infra/local/stores/embedded-sqs.ts';
import { describePump } from '../../../contract/pump.contract.ts';
import {
  createPumpBench,
  definition,
  listBodies,
  openPumpClient,
  type PumpBench,
  within,
} from '../../../support/service/pump-bench.ts';
import { createRecordingLogger } from '../../../support/simulation/recording-logger.ts';

let server: EmbeddedSqs;
let waitingBench: PumpBench;
let bench: PumpBench;

beforeAll(async () => {
  server = await startEmbeddedSqs();
  bench = createPumpBench(server.endpoint, waitByInspection(server));
  waitingBench = createPumpBench(server.endpoint);
});

afterAll(async () => {
  await server.close();
  bench.close();
  waitingBench.close();
});

describe('waiting by inspection', () => describePump(() => bench));
describe('waiting by long polling', () => describePump(() => waitingBench));

describe.concurrent('the pump on the embedded queue', () => {
  test('handles a chain of messages, each sent by the handler of the previous one', async (context) => {
    const { pump, send } = await bench.setUp(context);
    const steps = 20;
    let last = 0;
    pump({
      invoke: async (event) => {
        last = Number(event.Records[0]?.body);
        if (last < steps) await send(String(last + 1));
        return undefined;
      },
    });
    await send('1');
    await vi.waitFor(() => expect(last).toBe(steps), within);
  });

  test('continues after the queue was unreachable', async (context) => {
    const { prefix, pump } = await waitingBench.setUp(context);
    const logger = createRecordingLogger();
    const empty = await startEmbeddedSqs();
    const emptyClient = openPumpClient(empty.endpoint);
    const seen: string[] = [];
    const started = pump({
      client: emptyClient,
      logger,
      invoke: async (event) => void seen.push(...listBodies(event)),
    });
    await vi.waitFor(
      () => expect(logger.lines.map(({ message }) => message)).toContain('a queue could not be read'),
      within,
    );
    const { queue } = await ensureQueuePair(emptyClient, empty.endpoint, prefix, definition);
    await emptyClient.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'late' }));
    await vi.waitFor(() => expect(seen).toEqual(['late']), within);
    await started.stop();
    await started.abandon();
    await empty.close();
    emptyClient.destroy();
  });
});
