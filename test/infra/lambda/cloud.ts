import { setTimeout as delay } from 'node:timers/promises';
import { bootstrapApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { type Options, parseOptions } from '../../../infra/aws/options.ts';
import { buildEnvironment } from '../../../infra/aws/stack/cloud-environment.ts';
import {
  type FunctionName,
  functionNames,
  getFunctionSettings,
  getQueueSettings,
} from '../../../infra/aws/stack/function-settings.ts';
import { loadConfig } from '../../../shared/config.ts';
import type { Deps } from '../../../shared/ports.ts';
import { composeAll } from '../../support/service/compose-all.ts';
import {
  type Closer,
  type CloudServers,
  cloudKeyArn,
  cloudKinds,
  cloudTableName,
  type Interpose,
  startCloudServers,
} from './cloud-servers.ts';
import { startEventSource } from './event-source.ts';
import { startHttpGateway } from './http-gateway.ts';
import { createLambdaFunction, type LambdaFunction } from './lambda-function.ts';
import type { Fate, FunctionSource } from './sandbox.ts';

export type CloudOptions = {
  /** Entry module of the runtime interface client, and the folder of the bundles. */
  client: string;
  bundleFolder: string;
  /** Settings in addition to those of the stack. */
  settings?: Record<string, string>;
  maxWorkers: number;
  supervisorEveryMs: number;
  visibilityTimeoutSeconds?: number;
  /** Time limits of functions, instead of the stack's. */
  timeoutsMs?: Partial<Record<FunctionName, number>>;
  interpose?: Interpose;
  drawFate?: (name: FunctionName) => Fate;
  losesDeletion?: () => boolean;
};

export type Functions = Record<FunctionName, LambdaFunction>;

export type Cloud = {
  url: string;
  apiKey: string;
  /** Tenant of the API key. */
  tenantId: string;
  functions: Functions;
  /** Settings of each function, for starting separate environments. */
  sources: Record<FunctionName, FunctionSource>;
  /** Clients that bypass the proxies of the embedded servers. */
  deps: Deps;
  close(): Promise<void>;
};

/** Starts a deployment on one machine: the bundled functions in Lambda's client, with queues, schedule, and gateway. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const closers: Closer[] = [];
  const { settings = {}, maxWorkers, interpose = passThrough, visibilityTimeoutSeconds = null } = options;
  const stack = parseOptions({ maxWorkers, settings });
  const servers = await startCloudServers(stack, interpose, visibilityTimeoutSeconds, closers);
  const sources = mapFunctions((name) => makeSource(name, options, stack, servers));
  const functions = mapFunctions((name) => createLambdaFunction(sources[name], () => options.drawFate?.(name) ?? {}));
  for (const name of functionNames) closers.unshift(() => functions[name].close());
  connectQueues(functions, stack, servers, options.losesDeletion ?? (() => false), closers);
  const schedule = startSchedule(functions.supervisor, options.supervisorEveryMs);
  closers.unshift(() => schedule.stop());
  const gateway = await startHttpGateway(functions.api);
  closers.unshift(() => gateway.close());
  const { direct } = servers;
  const directly = { DYNAMODB_ENDPOINT: direct.dynamodb, SQS_ENDPOINT: direct.sqs, LOG_LEVEL: 'silent' };
  const deps = composeAll(loadConfig({ ...sources.api.environment, ...directly }));
  const { key, tenantId } = await bootstrapApiKey(deps);
  const close = async () => {
    for (const closer of closers) await closer();
  };
  return { url: gateway.url, apiKey: key, tenantId, functions, sources, deps, close };
}

const passThrough: Interpose = async (_, endpoint) => ({ endpoint, close: async () => {} });

function mapFunctions<T>(of: (name: FunctionName) => T): Record<FunctionName, T> {
  return {
    api: of('api'),
    coordinator: of('coordinator'),
    worker: of('worker'),
    finalizer: of('finalizer'),
    notifier: of('notifier'),
    supervisor: of('supervisor'),
  };
}

function makeSource(
  name: FunctionName,
  { client, bundleFolder, timeoutsMs = {} }: CloudOptions,
  stack: Options,
  { queues, told, kmsEndpoint, bucket }: CloudServers,
): FunctionSource {
  const { memoryMb, timeoutSeconds, recursiveLoop } = getFunctionSettings(name, stack);
  const place = {
    tableName: cloudTableName,
    bucketName: bucket.bucketName,
    queueUrls: {
      advance: queues.advance.queue.url,
      batch: queues.batch.queue.url,
      finalize: queues.finalize.queue.url,
      deliver: queues.deliver.queue.url,
    },
    keyArn: cloudKeyArn,
    apiUrl: null,
    telemetryNamespace: 'Tokenmeter',
    workerQueueUrls: {},
  };
  // Addresses of the servers, and egress to targets on this machine.
  const here = {
    EGRESS: 'loopback',
    DYNAMODB_ENDPOINT: told.dynamodb,
    SQS_ENDPOINT: told.sqs,
    S3_ENDPOINT: bucket.s3Endpoint ?? '',
    S3_PUBLIC_ENDPOINT: bucket.s3PublicEndpoint ?? '',
    AWS_ENDPOINT_URL_KMS: kmsEndpoint,
  };
  return {
    name: `${cloudTableName}-${name}`,
    folder: `${bundleFolder}/${name}`,
    client,
    memoryMb,
    timeoutMs: timeoutsMs[name] ?? timeoutSeconds * 1_000,
    recursiveLoop,
    environment: { ...buildEnvironment(name, place, stack), ...here },
  };
}

function connectQueues(
  functions: Functions,
  stack: Options,
  { sqsClient: client, queues }: CloudServers,
  losesDeletion: () => boolean,
  closers: Closer[],
): void {
  for (const kind of cloudKinds) {
    const { handledBy, batchSize, maxConcurrency } = getQueueSettings(kind, stack);
    const { queue, deadLetters } = queues[kind];
    const target = functions[handledBy];
    const source = startEventSource({ client, losesDeletion, queue, target, batchSize, maxConcurrency });
    const letters = { queue: deadLetters, target: functions.coordinator, batchSize: 10, maxConcurrency: 2 };
    const deadLetterSource = startEventSource({ client, losesDeletion, ...letters });
    closers.unshift(() => Promise.all([source.stop(), deadLetterSource.stop()]));
  }
}

/** Simulates the EventBridge rule: sends an event per interval, independent of earlier outcomes. */
function startSchedule(target: LambdaFunction, everyMs: number) {
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await target.invoke({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} });
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = loop();
  return {
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}
