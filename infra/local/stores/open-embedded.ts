import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamodbClient, createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb/table.ts';
import { upgradeTableFormat } from '../../../shared/adapters/dynamodb/table-format.ts';
import { ensureBucket } from '../../../shared/adapters/s3/ensure-bucket.ts';
import { localRegion } from '../local-settings.ts';
import { ensureQueues, type LocalQueue, type QueuePair } from '../queues/ensure-queues.ts';
import { type QueueWait, waitByInspection } from '../queues/queue-wait.ts';
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts';
import { startEmbeddedS3 } from './embedded-s3.ts';
import { startEmbeddedSqs } from './embedded-sqs.ts';

export type Embedded = { sqsClient: SQSClient; queues: QueuePair<LocalQueue>[] };

/** URLs of servers that implement the DynamoDB, SQS, and S3 protocols. */
export type StoreEndpoints = { dynamodb: string; sqs: string; s3: string };

export async function startEmbedded(
  dataDir: string,
  cleanup: AsyncDisposableStack,
): Promise<StoreEndpoints & { queueWait: QueueWait }> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir });
  cleanup.defer(() => dynamodb.close());
  const sqs = await startEmbeddedSqs({ dataDir: join(dataDir, 'sqs') });
  cleanup.defer(() => sqs.close());
  const s3 = await startEmbeddedS3({ dataDir: join(dataDir, 'objects') });
  cleanup.defer(() => s3.close());
  return { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint, s3: s3.endpoint, queueWait: waitByInspection(sqs) };
}

/**
 * Creates the table, the bucket, and the queues that do not exist yet, and checks the table.
 * @param name name of the table and the bucket, and prefix of the queues' names
 * @param checkTable throws an error if the table must not be used
 * @throws Error with a remedy if a later version wrote the table
 */
export async function prepareStores(
  endpoints: StoreEndpoints,
  name: string,
  checkTable: (client: DynamoDBClient) => Promise<void>,
  cleanup: AsyncDisposableStack,
): Promise<Embedded> {
  const dynamodbClient = createDynamodbClient({ region: localRegion, dynamodbEndpoint: endpoints.dynamodb });
  try {
    await ensureTable(dynamodbClient, name);
    await upgradeTableFormat(dynamodbClient, name);
    await checkTable(dynamodbClient);
  } finally {
    dynamodbClient.destroy();
  }
  await ensureBucket({ region: localRegion, bucketName: name, s3Endpoint: endpoints.s3 });
  const sqsClient = createSqsClient({ region: localRegion, sqsEndpoint: endpoints.sqs });
  cleanup.defer(() => sqsClient.destroy());
  return { sqsClient, queues: await ensureQueues(sqsClient, endpoints.sqs, name) };
}
