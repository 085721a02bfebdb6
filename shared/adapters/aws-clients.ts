import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';

/** The embedded servers do not check signatures, but the SDK requires credentials. */
const embeddedCredentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/**
 * Five attempts with exponential backoff and jitter cover about 8 s of throttling. More attempts would take longer than
 * a worker's lease or an API call allows. After that, the queue delivers the message again.
 */
export const retries = { maxAttempts: 5, retryMode: 'standard' } as const;

/** Timeouts in ms. A lost packet must be detected long before a batch lease expires. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

function buildEmbeddedOptions(endpoint: string | null) {
  return endpoint === null ? {} : { endpoint, credentials: embeddedCredentials };
}

export function createDynamodbClient(config: Pick<Config, 'region' | 'dynamodbEndpoint'>): DynamoDBClient {
  const embedded = buildEmbeddedOptions(config.dynamodbEndpoint);
  const client = new DynamoDBClient({ region: config.region, ...retries, requestHandler, ...embedded });
  // This middleware copies each response for a log that is disabled. For 40,000 blocks, this takes 0.25 s.
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
    // The queue URLs of the embedded server contain host names that do not resolve.
    ...(config.sqsEndpoint === null ? {} : { useQueueUrlAsEndpoint: false }),
  });
}

export function createKmsClient(config: Pick<Config, 'region'>): KMSClient {
  return new KMSClient({ region: config.region, ...retries, requestHandler });
}
