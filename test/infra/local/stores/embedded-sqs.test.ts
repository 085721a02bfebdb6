import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { startEmbeddedSqs } from '../../../../infra/local/stores/embedded-sqs.ts';
import { createSqsClient } from '../../../../shared/adapters/aws-clients.ts';

describe('embedded SQS', () => {
  it('keeps queues and messages over a restart on another port', async () => {
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

  it('listens on loopback alone, on the port asked, and answers no web page', async () => {
    const probe = await startEmbeddedSqs();
    const { port } = new URL(probe.endpoint);
    await probe.close();
    const server = await startEmbeddedSqs({ port: Number(port) });
    expect(server.endpoint).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(server.endpoint)).status).not.toBe(403);
    expect((await fetch(server.endpoint, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    const other = connect(Number(port), '127.0.0.2');
    const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await server.close();
  });
});
