import { type Config, loadConfig } from '../../../shared/config.ts';
import { answerMarginSeconds, maxLambdaStreams, maxPayloadBodyBytes } from '../../../shared/lambda-limits.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import { commonSettings } from '../../common-settings.ts';
import { mapKinds, nameQueues } from '../../message-kinds.ts';
import { addSpareWorkers, checkWorkerLimits, limitWorkersPerTenant } from '../../spare-workers.ts';
import type { Options } from '../options.ts';
import { type FunctionName, getFunctionSettings } from './function-settings.ts';

/** Addresses of the stack's resources. CloudFormation inserts the addresses when it deploys the stack. */
export type CloudPlace = {
  tableName: string;
  bucketName: string;
  queueUrls: Record<MessageKind, string>;
  keyArn: string;
  /** Base URL of the links in webhook events; null if the stack sends no webhooks. */
  apiUrl: string | null;
  telemetryNamespace: string;
  /** URLs of the batch queues by region; empty if all workers run in one region. */
  workerQueueUrls: Record<string, string>;
};

/** Maximum numbers of concurrent invocations that an event source can add per minute. AWS sets these limits. */
const startedPerMinute = { standard: 300, provisioned: 1_000 };

/** Builds a Lambda function's environment variables. The `settings` option can override defaults, but not addresses. */
export function buildEnvironment(name: FunctionName, place: CloudPlace, options: Options): Record<string, string> {
  return {
    ...buildDefaults(options),
    ...options.settings,
    MAX_TOTAL_WORKERS: String(addSpareWorkers(options.maxWorkers)),
    ...buildAddresses(place, options),
    // Lets the measuring thread collect garbage before it measures.
    ...(name === 'worker' ? { NODE_OPTIONS: '--expose-gc' } : {}),
  };
}

function buildDefaults(options: Options): Record<string, string> {
  return {
    EGRESS: 'public',
    MAX_WORKERS_PER_RUN: String(options.maxWorkers),
    MAX_WORKERS_PER_TENANT: String(limitWorkersPerTenant(options.maxWorkers)),
    // Groups with more workers than start at once also wait for the start of the others.
    READY_TIMEOUT_MS: '60000',
    RESEND_AFTER_MS: '60000',
    WORKER_STARTS_PER_MINUTE: String(
      startedPerMinute[options.provisionedPollers === null ? 'standard' : 'provisioned'],
    ),
    WORKER_TIME_LIMIT_MS: String(getFunctionSettings('worker', options).timeoutSeconds * 1_000),
  };
}

function buildAddresses(place: CloudPlace, { publicUrl, region, workerRegions }: Options): Record<string, string> {
  const url = publicUrl ?? place.apiUrl;
  const isSpread = workerRegions.length > 0;
  const elsewhere = { HOME_REGION: region, WORKER_QUEUE_URLS: JSON.stringify(place.workerQueueUrls) };
  return {
    TABLE_NAME: place.tableName,
    BUCKET_NAME: place.bucketName,
    ...nameQueues(place.queueUrls),
    KMS_KEY_ID: place.keyArn,
    ...(url === null ? {} : { PUBLIC_URL: url }),
    ...(isSpread ? elsewhere : {}),
    TELEMETRY_NAMESPACE: place.telemetryNamespace,
  };
}

/** Validates the `settings` option. Throws an error for a setting that is unknown or invalid. */
export function checkSettings(options: Options): void {
  const url = 'https://example.com/q';
  const names = { tableName: 'table', bucketName: 'bucket', keyArn: 'key', telemetryNamespace: 'Tokenmeter' };
  const place: CloudPlace = { ...names, queueUrls: mapKinds(() => url), apiUrl: url, workerQueueUrls: {} };
  const known = [...settableNames, ...Object.keys(buildDefaults(options))];
  const unknown = Object.keys(options.settings).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `The option "settings" contains unknown names: ${unknown.join(', ')}. Valid names: ${known.sort().join(', ')}`,
    );
  const config = loadConfig(buildEnvironment('api', place, options));
  checkEgress(options);
  if (config.targetRoles.workerTenants.length > 0 && options.modelArns.length === 0)
    throw new Error(
      'The setting WORKER_ROLE_TENANTS has no effect, because the role of the workers may call no model. Add models to the option modelArns',
    );
  checkWorkerLimits(config, options.maxWorkers, ', or raise the option maxWorkers (at most 1,000)');
  checkLambdaLimits(config, options);
}

/** Checks that the settings stay within the limits of Lambda. Otherwise, requests or workers would fail on AWS only. */
function checkLambdaLimits(config: Config, options: Options): void {
  const workerMs = getFunctionSettings('worker', options).timeoutSeconds * 1_000;
  const waitSeconds = getFunctionSettings('api', options).timeoutSeconds - answerMarginSeconds;
  const limits: [string, number, number, string][] = [
    ['MAX_WAIT_SECONDS', config.maxWaitSeconds, waitSeconds, 'the API has a time limit'],
    ['MAX_BODY_BYTES', config.maxBodyBytes, maxPayloadBodyBytes, 'Lambda receives at most 6 MB, as base64'],
    ['MAX_STREAMS_PER_WORKER', config.maxStreamsPerWorker, maxLambdaStreams, 'a function has 1,024 open files'],
    ['WORKER_TIME_LIMIT_MS', config.workerTimeLimitMs, workerMs, 'AWS ends a worker then'],
  ];
  for (const [name, value, most, reason] of limits)
    if (value > most) throw new Error(`The setting ${name} must be at most ${most}, because ${reason}`);
}

/** Refuses settings of egress that have no effect on AWS, or whose addresses no function could reach. */
function checkEgress({ settings, region, workerRegions, vpcs }: Options): void {
  if ((settings['EGRESS'] ?? 'public') !== 'public')
    throw new Error(
      'On AWS, the setting EGRESS must be public. To reach private addresses, set EGRESS_CIDRS to their ranges, such as 10.20.0.0/16, and the option vpcs',
    );
  const regions = [region, ...workerRegions];
  const foreign = Object.keys(vpcs).filter((each) => !regions.includes(each));
  if (foreign.length > 0) throw new Error(`The option vpcs has regions without workers: ${foreign.join(', ')}`);
  const missing = regions.filter((each) => vpcs[each] === undefined);
  if ((settings['EGRESS_CIDRS'] ?? '') !== '' && missing.length > 0)
    throw new Error(
      `The setting EGRESS_CIDRS needs a VPC in every region with workers. Add these regions to the option vpcs: ${missing.join(', ')}`,
    );
}

const settableNames = [...commonSettings, 'LOG_LEVEL', 'LEASE_MS', 'MAX_BATCH_FAILURES'];
