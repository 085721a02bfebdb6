import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { startEmbeddedSqs } from '../../../../infra/local/stores/embedded-sqs.ts';
import { createSqsClient } from '../../../../shared/adapters/aws-clients.ts';

describe('embedded SQS', () => {
  it('keeps queues and messages over a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-'));
    const first = await startEmbeddedSqs({ dataDir });
    const sender = createSqsClient({ region: 'us-east-1', sqsEndpoint: first.endpoint });
    const { QueueUrl } = await sender.send(new CreateQueueCommand({ QueueName: 'advance' }));
    await sender.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
    sender.destroy();
    await first.close();
    const second = await startEmbeddedSqs({ dataDir });
    const receiver = createSqsClient({ region: 'us-east-1', sqsEndpoint: second.endpoint });
    const found = await receiver.send(new GetQueueUrlCommand({ QueueName: 'advance' }));
    const { Messages } = await receiver.send(new ReceiveMessageCommand({ QueueUrl: found.QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['kept']);
    receiver.destroy();
    await second.close();
    rmSync(dataDir, { recursive: true });
  });
});
