import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Options } from '../../../infra/aws/options.ts';
import { functionNames, functionPermissions, getQueueSettings } from '../../../infra/aws/stack/function-settings.ts';
import { listenForApi } from '../../../infra/local/listen-for-api.ts';
import { addObjectGateway } from '../../../infra/local/object-gateway.ts';
import { ensureQueuePair, type QueueAddress } from '../../../infra/local/queues/ensure-queues.ts';
import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { startEmbeddedS3 } from '../../../infra/local/stores/embedded-s3.ts';
import { startEmbeddedSqs } from '../../../infra/local/stores/embedded-sqs.ts';
import { createDynamodbClient, createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb/table.ts';
import type { BucketConfig } from '../../../shared/adapters/s3/bucket-config.ts';
import { ensureBucket } from '../../../shared/adapters/s3/ensure-bucket.ts';
import { writeSigningEndpoint } from '../../../shared/adapters/store-endpoint.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import { findSecretKind } from '../../support/find-secret-kind.ts';
import { type KmsCall, startKmsServer } from '../../support/servers/kms-server.ts';
import { startLineageProxy } from './lineage.ts';

export const cloudRegion = 'us-east-1';
export const cloudTableName = 'tokenmeter';
export const cloudKeyArn = `arn:aws:kms:${cloudRegion}:000000000000:key/test`;
export const cloudKinds = ['advance', 'batch', 'finalize', 'deliver'] as const;

export type Closer = () => Promise<unknown> | unknown;

/** Creates a proxy between the functions and an embedded server. Returns the endpoint for the functions. */
export type Interpose = (
  server: 'dynamodb' | 'sqs',
  endpoint: string,
) => Promise<{ endpoint: string; close(): Promise<void> }>;

type Endpoints = { dynamodb: string; sqs: string };
export type CloudServers = {
  /** Endpoints of the servers, and those for the functions. */
  direct: Endpoints;
  told: Endpoints;
  kmsEndpoint: string;
  bucket: BucketConfig;
  sqsClient: SQSClient;
  queues: Record<MessageKind, { queue: QueueAddress; deadLetters: QueueAddress }>;
};

/**
 * Starts embedded DynamoDB with the table, SQS with the queues of the stack, S3 with the bucket, and KMS with one key.
 * @param visibilityTimeoutSeconds visibility timeout of every queue, instead of the stack's
 */
export async function startCloudServers(
  stack: Options,
  interpose: Interpose,
  visibilityTimeoutSeconds: number | null,
  closers: Closer[],
): Promise<CloudServers> {
  const opened = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    closers.unshift(() => started.close());
    return started;
  };
  const dynamodb = await opened(startEmbeddedDynamodb());
  const sqs = await opened(startEmbeddedSqs());
  const kms = await opened(startKmsServer(cloudKeyArn, isAllowedByRole));
  const toldDynamodb = await opened(interpose('dynamodb', dynamodb.endpoint));
  const interposedSqs = await opened(interpose('sqs', sqs.endpoint));
  const toldSqs = await opened(startLineageProxy(interposedSqs.endpoint));
  const dynamodbClient = createDynamodbClient({ region: cloudRegion, dynamodbEndpoint: dynamodb.endpoint });
  await ensureTable(dynamodbClient, cloudTableName);
  dynamodbClient.destroy();
  const sqsClient = createSqsClient({ region: cloudRegion, sqsEndpoint: sqs.endpoint });
  closers.unshift(() => sqsClient.destroy());
  const create = (kind: MessageKind) => createPair(sqsClient, sqs.endpoint, stack, kind, visibilityTimeoutSeconds);
  return {
    direct: { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint },
    told: { dynamodb: toldDynamodb.endpoint, sqs: toldSqs.endpoint },
    kmsEndpoint: kms.endpoint,
    bucket: await startBucket(closers),
    sqsClient,
    queues: {
      advance: await create('advance'),
      batch: await create('batch'),
      finalize: await create('finalize'),
      deliver: await create('deliver'),
    },
  };
}

/** Returns whether the role of a function allows a call to KMS. The access key id of a function is its name. */
function isAllowedByRole({ accessKeyId, operation, names }: KmsCall): boolean {
  const name = functionNames.find((each) => accessKeyId === `${cloudTableName}-${each}`);
  const kind = findSecretKind(names);
  if (name === undefined || kind === null) return false;
  const { seal, open } = functionPermissions[name];
  return (operation === 'Encrypt' ? seal : open).includes(kind);
}

/** Starts embedded S3 with the bucket, and a server that answers signed addresses. */
async function startBucket(closers: Closer[]): Promise<BucketConfig> {
  const s3 = await startEmbeddedS3();
  const gateway = await listenForApi(0);
  closers.unshift(async () => {
    await gateway.close(0);
    await s3.close();
  });
  const s3PublicEndpoint = writeSigningEndpoint(`http://127.0.0.1:${gateway.port}`, 'ab12');
  const bucket = { region: cloudRegion, bucketName: cloudTableName, s3Endpoint: s3.endpoint, s3PublicEndpoint };
  await ensureBucket(bucket);
  const refuse = () => new Response(null, { status: 404 });
  gateway.serve(addObjectGateway(refuse, bucket, { nowMs: () => Date.now() }));
  return bucket;
}

async function createPair(
  client: SQSClient,
  endpoint: string,
  stack: Options,
  kind: MessageKind,
  visibilityTimeoutSeconds: number | null,
) {
  const settings = getQueueSettings(kind, stack);
  return ensureQueuePair(client, endpoint, cloudTableName, {
    kind,
    maxReceiveCount: settings.maxReceiveCount,
    visibilityTimeoutSeconds: visibilityTimeoutSeconds ?? settings.visibilityTimeoutSeconds,
  });
}
