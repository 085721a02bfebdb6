import { join } from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamodbClient, createSqsClient } from '../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../shared/adapters/dynamodb-table.ts';
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts';
import { startEmbeddedSqs } from './embedded-sqs.ts';
import type { QueueAddress } from './ensure-queue.ts';
import { ensureQueuePair } from './ensure-queue-pair.ts';
import { localRegion, localTableName } from './local-environment.ts';
import { localQueues } from './local-queues.ts';
import type { LocalQueuePair } from './start-pumps.ts';

export type Closer = () => Promise<void> | void;

export type Embedded = {
  dynamodbEndpoint: string;
  sqsEndpoint: string;
  sqsClient: SQSClient;
  queues: LocalQueuePair[];
};

/** Starts both stores under the data directory, and makes the table and the queues that are not there yet. */
export async function openEmbedded(dataDir: string, closers: Closer[]): Promise<Embedded> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir: join(dataDir, 'dynamodb') });
  closers.push(() => dynamodb.close());
  const sqs = await startEmbeddedSqs({ dataDir: join(dataDir, 'sqs') });
  closers.push(() => sqs.close());
  const dynamodbClient = createDynamodbClient({ region: localRegion, dynamodbEndpoint: dynamodb.endpoint });
  await ensureTable(dynamodbClient, localTableName);
  dynamodbClient.destroy();
  const sqsClient = createSqsClient({ region: localRegion, sqsEndpoint: sqs.endpoint });
  closers.push(() => sqsClient.destroy());
  const queues: LocalQueuePair[] = [];
  for (const definition of localQueues)
    queues.push(
      reachable({ ...(await ensureQueuePair(sqsClient, localTableName, definition)), definition }, sqs.endpoint),
    );
  return { dynamodbEndpoint: dynamodb.endpoint, sqsEndpoint: sqs.endpoint, sqsClient, queues };
}

/** A queue's own URL names a host that resolves nowhere, and the port of the start that created it; only its path counts. */
function reachable(pair: LocalQueuePair, endpoint: string): LocalQueuePair {
  const rebase = ({ url, arn }: QueueAddress) => ({ url: `${endpoint}/${url.split('/').slice(3).join('/')}`, arn });
  return { ...pair, queue: rebase(pair.queue), deadLetters: rebase(pair.deadLetters) };
}
