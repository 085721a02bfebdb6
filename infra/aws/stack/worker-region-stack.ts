import { Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { mapKinds } from '../../message-kinds.ts';
import { buildQueueArn, buildQueueUrl, buildWorkerQueueUrls, nameBucket, nameStack } from '../names.ts';
import { acknowledgeFindings } from './acknowledge-findings.ts';
import { buildWorkerConditions } from './alarms/build-conditions.ts';
import { createAlarms } from './alarms/create-alarms.ts';
import { buildEnvironment, type CloudPlace } from './cloud-environment.ts';
import { createFunction, type Reach } from './create-function.ts';
import { connectQueue, createQueuePair } from './create-queues.ts';
import { createKey } from './create-table.ts';
import type { FunctionName } from './function-settings.ts';
import type { StackSource } from './tokenmeter-stack.ts';

/**
 * Creates the stack of an additional worker region: a batch queue, the worker, and a coordinator for dead letters. The
 * stack refers to resources in the home region by name, so neither stack needs outputs of the other.
 */
export function createWorkerRegionStack(scope: Construct, source: StackSource, region: string): Stack {
  const { stage, options, bundleFolder } = source;
  const name = nameStack(stage);
  const stack = new Stack(scope, `${name}-${region}`, {
    env: { region },
    description: `Tokenmeter, stage ${stage}: workers in ${region}`,
    tags: { project: 'tokenmeter', stage, ...options.tags },
  });
  const buildHomeArn = (service: string, resource: string) =>
    `arn:${Aws.PARTITION}:${service}:${options.region}:${Aws.ACCOUNT_ID}:${resource}`;
  const key = createKey(stack, name, { ...options, removal: 'destroy' });
  const batch = createQueuePair(stack, name, 'batch', options);
  const place: CloudPlace = {
    tableName: name,
    bucketName: nameBucket(stage, options.region),
    queueUrls: mapKinds((kind) => buildQueueUrl(options.region, name, kind)),
    keyArn: buildHomeArn('kms', `alias/${name}`),
    apiUrl: null,
    telemetryNamespace: name,
    workerQueueUrls: buildWorkerQueueUrls(name, options),
  };
  const reach: Reach = {
    tableArn: buildHomeArn('dynamodb', `table/${name}`),
    bucketArn: `arn:${Aws.PARTITION}:s3:::${nameBucket(stage, options.region)}`,
    queueArns: mapKinds((kind) => buildQueueArn(options.region, name, kind)),
    workerQueueArns: [buildQueueArn(region, name, 'batch')],
    // The key id is unknown in this region, so a condition restricts the pattern to the key with the stage's alias.
    keyArn: buildHomeArn('kms', 'key/*'),
    keyConditions: { 'kms:ResourceAliases': `alias/${name}` },
  };
  const add = (bundle: FunctionName, receives: string, calledAs?: string) => {
    const environment = buildEnvironment(bundle, place, options);
    const bundled = { name: bundle, calledAs, prefix: name, bundleFolder };
    return createFunction(stack, { ...bundled, reach, receives: [receives], environment }, options);
  };
  const handler = add('worker', batch.queue.queueArn);
  const coordinator = add('coordinator', batch.deadLetters.queueArn, 'dead-letters');
  connectQueue(stack, 'batch', batch, { handler, coordinator }, options);
  createAlarms(stack, { name, key, options }, buildWorkerConditions(name, batch, [handler, coordinator]));
  acknowledgeFindings(stack, name, options);
  return stack;
}
