import { join } from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamodbClient, createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb-table.ts';
import { localRegion } from '../local-environment.ts';
import type { QueueAddress } from '../queues/ensure-queue.ts';
import { ensureQueuePair } from '../queues/ensure-queue-pair.ts';
import { localQueues } from '../queues/local-queues.ts';
import { type QueueWait, waitByLooking } from '../queues/queue-wait.ts';
import type { LocalQueuePair } from '../queues/start-pumps.ts';
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts';
import { startEmbeddedSqs } from './embedded-sqs.ts';

export type Closer = () => Promise<void> | void;

export type Embedded = {
  dynamodbEndpoint: string;
  sqsEndpoint: string;
  sqsClient: SQSClient;
  queues: LocalQueuePair[];
};

/** Where servers of the protocols of DynamoDB and SQS listen. */
export type StoreEndpoints = { dynamodb: string; sqs: string };

/** Starts both stores under the data directory. */
export async function startEmbedded(
  dataDir: string,
  closers: Closer[],
): Promise<StoreEndpoints & { queueWait: QueueWait }> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir: join(dataDir, 'dynamodb') });
  closers.push(() => dynamodb.close());
  const sqs = await startEmbeddedSqs({ dataDir: join(dataDir, 'sqs') });
  closers.push(() => sqs.close());
  return { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint, queueWait: waitByLooking(sqs) };
}

/** Makes the table and the queues that are not there yet, all of one name. */
export async function prepareStores(endpoints: StoreEndpoints, name: string, closers: Closer[]): Promise<Embedded> {
  const dynamodbClient = createDynamodbClient({ region: localRegion, dynamodbEndpoint: endpoints.dynamodb });
  await ensureTable(dynamodbClient, name);
  dynamodbClient.destroy();
  const sqsClient = createSqsClient({ region: localRegion, sqsEndpoint: endpoints.sqs });
  closers.push(() => sqsClient.destroy());
  const queues = await prepareQueues(sqsClient, endpoints.sqs, name);
  return { dynamodbEndpoint: endpoints.dynamodb, sqsEndpoint: endpoints.sqs, sqsClient, queues };
}

/** Makes the queues that are not there yet, and gives the others the attributes that they should have. */
export async function prepareQueues(client: SQSClient, endpoint: string, name: string): Promise<LocalQueuePair[]> {
  const queues: LocalQueuePair[] = [];
  for (const definition of localQueues)
    queues.push(reachable({ ...(await ensureQueuePair(client, name, definition)), definition }, endpoint));
  return queues;
}

/** A queue's own URL names a host that resolves nowhere, and the port of the start that created it; only its path counts. */
function reachable(pair: LocalQueuePair, endpoint: string): LocalQueuePair {
  const rebase = ({ url, arn }: QueueAddress) => ({ url: `${endpoint}/${url.split('/').slice(3).join('/')}`, arn });
  return { ...pair, queue: rebase(pair.queue), deadLetters: rebase(pair.deadLetters) };
}
