import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';

/** The embedded servers check no signatures, but the SDK requires credentials. */
const embeddedCredentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/**
 * Up to five tries with exponential backoff and jitter cover about eight seconds of throttling. More would outlast a
 * worker's lease or an API call. The queue retries what still fails.
 */
export const retries = { maxAttempts: 5, retryMode: 'standard' } as const;

/** A lost packet must be detected well before a batch lease expires. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

function buildEmbeddedOptions(endpoint: string | null) {
  return endpoint === null ? {} : { endpoint, credentials: embeddedCredentials };
}

export function createDynamodbClient(config: Pick<Config, 'region' | 'dynamodbEndpoint'>): DynamoDBClient {
  const embedded = buildEmbeddedOptions(config.dynamodbEndpoint);
  const client = new DynamoDBClient({ region: config.region, ...retries, requestHandler, ...embedded });
  // This middleware copies every answer for a log that is not written, which takes 0.25 s for 40,000 blocks.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

export function createSqsClient(config: Pick<Config, 'region' | 'sqsEndpoint'>): SQSClient {
  return new SQSClient({
    region: config.region,
    ...retries,
    // A long poll takes up to 20 s.
    requestHandler: { ...requestHandler, requestTimeout: 30_000 },
    ...buildEmbeddedOptions(config.sqsEndpoint),
    // The URLs of embedded queues contain host names that do not exist.
    ...(config.sqsEndpoint === null ? {} : { useQueueUrlAsEndpoint: false }),
  });
}

export function createKmsClient(config: Pick<Config, 'region'>): KMSClient {
  return new KMSClient({ region: config.region, ...retries, requestHandler });
}
