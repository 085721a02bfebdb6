import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';
import { readStoreEndpoint } from './store-endpoint.ts';

/** Five attempts per AWS request cover about 8 s of throttling. More would take longer than a worker's lease allows. */
export const retries = { maxAttempts: 5, retryMode: 'standard' } as const;

/** Timeouts in ms. A lost packet must be detected long before a batch lease expires. */
export const requestLimits = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Builds the options of an AWS SDK client. `endpoint` is null for AWS, or the address of an emulated service. */
export function buildClientOptions(endpoint: string | null, limits = requestLimits) {
  if (endpoint === null) return { ...retries, requestHandler: limits };
  const { httpAgent, ...connection } = readStoreEndpoint(endpoint);
  return { ...retries, ...connection, requestHandler: httpAgent === null ? limits : { ...limits, httpAgent } };
}

export function createDynamodbClient(config: Pick<Config, 'region' | 'dynamodbEndpoint'>): DynamoDBClient {
  const client = new DynamoDBClient({ region: config.region, ...buildClientOptions(config.dynamodbEndpoint) });
  // Even with logging off, the logger middleware copies each response. For 40,000 blocks, the copies take 0.25 s.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

export function createSqsClient(config: Pick<Config, 'region' | 'sqsEndpoint'>): SQSClient {
  return new SQSClient({
    region: config.region,
    // An SQS long poll takes up to 20 s, which is longer than the default request timeout.
    ...buildClientOptions(config.sqsEndpoint, { ...requestLimits, requestTimeout: 30_000 }),
    // The queue URLs of the embedded server contain host names that do not resolve.
    ...(config.sqsEndpoint === null ? {} : { useQueueUrlAsEndpoint: false }),
  });
}

export function createKmsClient(config: Pick<Config, 'region'>): KMSClient {
  return new KMSClient({ region: config.region, ...retries, requestHandler: requestLimits });
}
