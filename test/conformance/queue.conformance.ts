import { PurgeQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { ensureQueues } from '../../infra/local/queues/ensure-queues.ts';
import { createSqsClient } from '../../shared/adapters/aws-clients.ts';
import type { MessageKind } from '../../shared/records/messages.ts';
import { describePump } from '../contract/pump.contract.ts';
import { describeQueue } from '../contract/queue.contract.ts';
import { createPumpBench, type PumpBench } from '../support/service/pump-bench.ts';

describe('queues', () => {
  let client: SQSClient;
  let bench: PumpBench;
  const urls: Record<MessageKind, string> = { advance: '', batch: '', finalize: '', deliver: '' };
  beforeAll(async () => {
    const { sqs, name } = inject('place');
    client = createSqsClient({ region: 'us-east-1', sqsEndpoint: sqs });
    for (const { definition, queue } of await ensureQueues(client, sqs, name)) urls[definition.kind] = queue.url;
    bench = createPumpBench(sqs);
  });
  afterAll(async () => {
    // The next suite may start a service on these queues.
    for (const QueueUrl of Object.values(urls)) await client.send(new PurgeQueueCommand({ QueueUrl }));
    client.destroy();
    bench.close();
  });

  describeQueue(() => ({ client, urls }));
  describePump(() => bench);
});
