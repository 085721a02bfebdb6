import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { mapKinds } from '../../message-kinds.ts';
import type { FunctionName } from '../function-names.ts';
import { nameOf, queueArnIn, queueUrlIn, workerQueueUrls } from '../name-of.ts';
import { acknowledgeFindings } from './acknowledge-findings.ts';
import { type CloudPlace, cloudEnvironment } from './cloud-environment.ts';
import { connectQueue } from './connect-queues.ts';
import { addAlarms, workerConditions } from './create-alarms.ts';
import { createFunction, type FunctionSource, type Reach } from './create-function.ts';
import { createKey } from './create-key.ts';
import { createPair } from './create-queues.ts';
import type { StackSource } from './tokenmeter-stack.ts';

/**
 * Workers in one more region: a queue of batches, the worker, and a coordinator for the dead letters. Table, key and all other
 * queues are those of the deployment's own region, known by name, so that neither stack waits for the other's outputs.
 */
export function createWorkerRegionStack(scope: Construct, source: StackSource, region: string): Stack {
  const { stage, options, bundleFolder } = source;
  const name = nameOf(stage);
  const stack = new Stack(scope, `${name}-${region}`, {
    env: { region },
    description: `Tokenmeter, stage ${stage}: workers in ${region}`,
    tags: { project: 'tokenmeter', stage, ...options.tags },
  });
  const key = createKey(stack, name, { ...options, removal: 'destroy' });
  const batch = createPair(stack, name, 'batch', options);
  const add = (bundle: FunctionName, receives: string, calledAs?: string) => {
    const environment = cloudEnvironment(bundle, placeOf(source), options);
    const reach = reachOf(source, region);
    const base: FunctionSource = { name: bundle, prefix: name, bundleFolder, reach, receives: [receives], environment };
    return createFunction(stack, calledAs === undefined ? base : { ...base, calledAs }, options);
  };
  const handler = add('worker', batch.queue.queueArn);
  const coordinator = add('coordinator', batch.deadLetters.queueArn, 'dead-letters');
  connectQueue(stack, 'batch', batch, { handler, coordinator }, options);
  addAlarms(stack, { name, key, options }, workerConditions(name, batch, [handler, coordinator]));
  acknowledgeFindings(stack, options);
  return stack;
}

function placeOf({ stage, options }: StackSource): CloudPlace {
  const name = nameOf(stage);
  return {
    tableName: name,
    queueUrls: mapKinds((kind) => queueUrlIn(options.region, name, kind)),
    keyArn: `arn:${Aws.PARTITION}:kms:${options.region}:${Aws.ACCOUNT_ID}:alias/${name}`,
    apiUrl: null,
    telemetryNamespace: name,
    workerQueueUrls: workerQueueUrls(name, options),
  };
}

function reachOf({ stage, options }: StackSource, region: string): Reach {
  const name = nameOf(stage);
  return {
    tableArn: `arn:${Aws.PARTITION}:dynamodb:${options.region}:${Aws.ACCOUNT_ID}:table/${name}`,
    queueArns: mapKinds((kind) => queueArnIn(options.region, name, kind)),
    workerQueueArns: [queueArnIn(region, name, 'batch')],
    // The key's id is not known here: any key that has the stage's alias, which is one.
    allowKey: (actions) =>
      new PolicyStatement({
        sid: 'Secrets',
        actions,
        resources: [`arn:${Aws.PARTITION}:kms:${options.region}:${Aws.ACCOUNT_ID}:key/*`],
        conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${name}` } },
      }),
  };
}
