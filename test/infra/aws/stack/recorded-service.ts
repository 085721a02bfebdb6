import type { SQSEvent } from 'aws-lambda';
import { expect } from 'vitest';
import { bootstrapApiKey } from '../../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../../functions/api/app.ts';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { createCoordinator } from '../../../../functions/coordinator/coordinator.ts';
import { createFinalizer } from '../../../../functions/finalizer/finalize-run.ts';
import { createNotifier } from '../../../../functions/notifier/deliver-webhook.ts';
import { createWorker } from '../../../../functions/worker/run-batch.ts';
import type { FunctionName } from '../../../../infra/aws/stack/function-settings.ts';
import { toSqsRecord } from '../../../../infra/local/queues/event-source.ts';
import { startEmbeddedDynamodb } from '../../../../infra/local/stores/embedded-dynamodb.ts';
import { startEmbeddedS3 } from '../../../../infra/local/stores/embedded-s3.ts';
import { mapKinds, nameQueues } from '../../../../infra/message-kinds.ts';
import { createDynamodbClient } from '../../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../../shared/adapters/dynamodb/table.ts';
import { ensureBucket } from '../../../../shared/adapters/s3/ensure-bucket.ts';
import { loadConfig } from '../../../../shared/config.ts';
import type { Deps } from '../../../../shared/ports.ts';
import { type Message, messageSchema } from '../../../../shared/records/messages.ts';
import { type StreamServer, startStreamServer } from '../../../support/servers/stream-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../support/servers/webhook-receiver.ts';
import { composeAll } from '../../../support/service/compose-all.ts';
import { createMessageBus, type MessageBus } from '../../../support/service/message-bus.ts';
import { recordCalls } from './record-calls.ts';

const url = 'https://sqs.example.com';
/** Time that a worker reserves for its end and its last request, plus some time to measure. */
const shortMs = 15_000 + 2_000 + 1_500;

interface AskOptions {
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly bound?: number;
}
// biome-ignore lint/suspicious/noExplicitAny: the API has its own tests; this test only reads ids
export type Answer = any;
export type Ask = (operationId: string, values?: Record<string, string>, options?: AskOptions) => Promise<Answer>;

function composeFunction(
  name: FunctionName | 'outside',
  endpoints: Record<'DYNAMODB_ENDPOINT' | 'S3_ENDPOINT', string>,
): Deps {
  const config = loadConfig({
    TABLE_NAME: 'tokenmeter',
    AWS_REGION: name,
    ...endpoints,
    ...nameQueues(mapKinds((kind) => `${url}/${kind}`)),
    KMS_KEY_ID: 'key',
    EGRESS: 'loopback',
    LOG_LEVEL: 'silent',
    HEARTBEAT_MS: '100',
    BLOCK_FLUSH_MS: '50',
    RESEND_AFTER_MS: '1000',
  });
  return composeAll(config, { referenceEntry: null });
}

/** Wraps a message as the event that Lambda receives for it. */
export function wrapMessage(message: Message, suffix = ''): SQSEvent {
  const record = { MessageId: 'm', Body: JSON.stringify(message) };
  return { Records: [toSqsRecord(record, `arn:aws:sqs:us-east-1:000000000000:tokenmeter-${message.kind}${suffix}`)] };
}

function createAsk(deps: Deps, key: string, asked: Set<string>): Ask {
  const app = createApi(deps, {
    openapiYaml: '',
    readJson: async () => '{}',
    read30Json: async () => '{}',
    readDocs: async () => ({ html: '', contentSecurityPolicy: '' }),
  });
  return async (operationId, values = {}, { body, text, headers = {}, query = '', bound = 400 } = {}) => {
    const operation = endpoints.find((endpoint) => endpoint.operationId === operationId);
    if (operation === undefined) throw new Error(`Unknown operation ${operationId}`);
    asked.add(operationId);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    const type = text === undefined ? 'application/json' : 'text/plain';
    const sent = text ?? (body === undefined ? null : JSON.stringify(body));
    const response = await app.request(path + query, {
      method: operation.method.toUpperCase(),
      headers: { authorization: `Bearer ${key}`, ...(sent === null ? {} : { 'content-type': type }), ...headers },
      body: sent,
    });
    const answer = await response.text();
    expect(response.status, `${operationId}: ${answer}`).toBeLessThan(bound);
    return /^application\/json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(answer) : answer;
  };
}

/** The whole service, with each function under its own name, whose calls to AWS are recorded. */
export interface RecordedService {
  readonly ask: Ask;
  /** The operations that were called so far. */
  readonly asked: ReadonlySet<string>;
  readonly bus: MessageBus;
  readonly recorder: ReturnType<typeof recordCalls>;
  readonly provider: StreamServer;
  readonly receiver: WebhookReceiver;
  compose(name: FunctionName | 'outside'): Deps;
  close(): Promise<void>;
}

export async function startRecordedService(): Promise<RecordedService> {
  const dynamodb = await startEmbeddedDynamodb();
  const provider = await startStreamServer();
  const receiver = await startWebhookReceiver();
  const s3 = await startEmbeddedS3();
  await ensureBucket({ region: 'outside', bucketName: 'tokenmeter', s3Endpoint: s3.endpoint });
  const endpoints = { DYNAMODB_ENDPOINT: dynamodb.endpoint, S3_ENDPOINT: s3.endpoint };
  const compose = (name: FunctionName | 'outside') => composeFunction(name, endpoints);
  await ensureTable(createDynamodbClient({ region: 'outside', dynamodbEndpoint: dynamodb.endpoint }), 'tokenmeter');
  let isFirstBatch = true;
  const worker = createWorker(compose('worker'));
  const finalizer = createFinalizer(compose('finalizer'));
  const doors = {
    advance: createCoordinator(compose('coordinator')),
    // The first worker has so little time that it hands over the rest.
    batch: (event: SQSEvent) => {
      const startMs = performance.now();
      const limitMs = isFirstBatch ? shortMs : 900_000;
      isFirstBatch = false;
      return worker(event, { getRemainingTimeInMillis: () => limitMs - (performance.now() - startMs) });
    },
    check: (event: SQSEvent) => worker(event, { getRemainingTimeInMillis: () => 900_000 }),
    finalize: finalizer,
    archive: finalizer,
    remove: finalizer,
    deliver: createNotifier(compose('notifier')),
  };
  const bus = createMessageBus(
    async (message) => {
      const { batchItemFailures } = await doors[message.kind](wrapMessage(message));
      if (batchItemFailures.length > 0) throw new Error(`Message processing failed: ${JSON.stringify(message)}`);
    },
    { copies: 1, shuffle: false, maxDelayMs: 0, seed: 1 },
  );
  const recorder = recordCalls((body) => bus.queue.send(messageSchema.parse(JSON.parse(body))));
  const { key } = await bootstrapApiKey(compose('outside'));
  const asked = new Set<string>();
  const close = async () => {
    await bus.close();
    recorder.stop();
    await Promise.all([receiver.close(), provider.close(), dynamodb.close(), s3.close()]);
  };
  return { ask: createAsk(compose('api'), key, asked), asked, bus, recorder, provider, receiver, compose, close };
}
