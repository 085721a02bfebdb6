import { CreateQueueCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EmbeddedServer } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { startEmbeddedSqs } from '../../../infra/local/stores/embedded-sqs.ts';
import { createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { createQueue } from '../../../shared/adapters/sqs-queue.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import { ids } from '../../contract/make-record.ts';
import { describeQueue } from '../../contract/queue.contract.ts';

describe('queue over the embedded SQS', () => {
  let server: EmbeddedServer;
  let client: SQSClient;
  const urls: Record<MessageKind, string> = { advance: '', batch: '', finalize: '', deliver: '' };
  beforeAll(async () => {
    server = await startEmbeddedSqs();
    client = createSqsClient({ region: 'us-east-1', sqsEndpoint: server.endpoint });
    for (const kind of ['advance', 'batch', 'finalize', 'deliver'] as const) {
      const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: kind }));
      urls[kind] = QueueUrl;
    }
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  describeQueue(() => ({ client, urls }));

  it('sends the trace header that Lambda provides', async () => {
    const seen: unknown[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        seen.push(Object.fromEntries(Object.entries(Object(args.request).headers)));
        return next(args);
      },
      { step: 'finalizeRequest', name: 'seeHeaders', override: true },
    );
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'tokenmeter-test-api');
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-2-3');
    await createQueue(client, urls).send({ kind: 'finalize', runId: ids.next('run') });
    vi.unstubAllEnvs();
    client.middlewareStack.remove('seeHeaders');
    expect(seen).toMatchObject([{ 'X-Amzn-Trace-Id': 'Root=1-2-3' }]);
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: urls.finalize }));
    expect(Messages).toHaveLength(1);
  });
});
