import { join } from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamodbClient, createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb/table.ts';
import { localRegion } from '../local-settings.ts';
import { ensureQueues, type LocalQueue, type QueuePair } from '../queues/ensure-queues.ts';
import { type QueueWait, waitByInspection } from '../queues/queue-wait.ts';
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts';
import { startEmbeddedSqs } from './embedded-sqs.ts';

export type Embedded = { sqsClient: SQSClient; queues: QueuePair<LocalQueue>[] };

/** URLs of servers that implement the DynamoDB and SQS protocols. */
export type StoreEndpoints = { dynamodb: string; sqs: string };

export async function startEmbedded(
  dataDir: string,
  cleanup: AsyncDisposableStack,
): Promise<StoreEndpoints & { queueWait: QueueWait }> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir: join(dataDir, 'dynamodb') });
  cleanup.defer(() => dynamodb.close());
  const sqs = await startEmbeddedSqs({ dataDir: join(dataDir, 'sqs') });
  cleanup.defer(() => sqs.close());
  return { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint, queueWait: waitByInspection(sqs) };
}

/** Creates the table and the queues that do not exist yet. */
export async function prepareStores(
  endpoints: StoreEndpoints,
  name: string,
  cleanup: AsyncDisposableStack,
): Promise<Embedded> {
  const dynamodbClient = createDynamodbClient({ region: localRegion, dynamodbEndpoint: endpoints.dynamodb });
  await ensureTable(dynamodbClient, name);
  dynamodbClient.destroy();
  const sqsClient = createSqsClient({ region: localRegion, sqsEndpoint: endpoints.sqs });
  cleanup.defer(() => sqsClient.destroy());
  return { sqsClient, queues: await ensureQueues(sqsClient, endpoints.sqs, name) };
}
