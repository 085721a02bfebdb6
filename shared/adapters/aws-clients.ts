import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';

/** The embedded servers check no signature, but the SDK wants something to sign with. */
const embeddedCredentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/**
 * A call is tried up to five times, with exponential back-off and jitter: up to some eight seconds of throttling pass
 * unnoticed. More would outlast a worker's lease and an API call; what still fails then is tried again by its queue.
 */
export const retries = { maxAttempts: 5, retryMode: 'standard' } as const;

/** A lost packet must show well before the lease of a batch runs out. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

function buildEmbeddedOptions(endpoint: string | null) {
  return endpoint === null ? {} : { endpoint, credentials: embeddedCredentials };
}

export function createDynamodbClient(config: Pick<Config, 'region' | 'dynamodbEndpoint'>): DynamoDBClient {
  const client = new DynamoDBClient({
    region: config.region,
    ...retries,
    requestHandler,
    ...buildEmbeddedOptions(config.dynamodbEndpoint),
  });
  // It copies every answer for a log that nobody keeps: of 40,000 blocks that takes a quarter of a second.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

export function createSqsClient(config: Pick<Config, 'region' | 'sqsEndpoint'>): SQSClient {
  return new SQSClient({
    region: config.region,
    ...retries,
    // A long poll waits for up to 20 s before it answers.
    requestHandler: { ...requestHandler, requestTimeout: 30_000 },
    ...buildEmbeddedOptions(config.sqsEndpoint),
    // Embedded queues have URLs of host names that do not exist.
    ...(config.sqsEndpoint === null ? {} : { useQueueUrlAsEndpoint: false }),
  });
}

export function createKmsClient(config: Pick<Config, 'region'>): KMSClient {
  return new KMSClient({ region: config.region, ...retries, requestHandler });
}
