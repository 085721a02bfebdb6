import { Aws } from 'aws-cdk-lib';
import type { MessageKind } from '../../shared/records/messages.ts';
import type { Options } from './options.ts';

/** Returns the name of a deployment stage's stack. The names of all resources in the stack start with this name. */
export function nameStack(stage: string): string {
  return `tokenmeter-${stage}`;
}

/** Returns the name of the encrypted Systems Manager parameter that stores the first API key of a deployment stage. */
export function nameApiKeyParameter(stage: string): string {
  return `/${nameStack(stage)}/first-api-key`;
}

/** Returns the name of a deployment stage's bucket. Names of buckets are unique among all accounts and regions. */
export function nameBucket(stage: string, region: string, account: string = Aws.ACCOUNT_ID): string {
  return `${nameStack(stage)}-${account}-${region}`;
}

/** Builds the ARN of a queue in another stack. */
export function buildQueueArn(region: string, name: string, kind: MessageKind): string {
  return `arn:${Aws.PARTITION}:sqs:${region}:${Aws.ACCOUNT_ID}:${name}-${kind}`;
}

/** Builds the URL of a queue in another stack. */
export function buildQueueUrl(region: string, name: string, kind: MessageKind): string {
  return `https://sqs.${region}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${name}-${kind}`;
}

/** Builds the URLs of the batch queues by region. Returns an empty record if all workers run in one region. */
export function buildWorkerQueueUrls(name: string, { region, workerRegions }: Options): Record<string, string> {
  const regions = workerRegions.length === 0 ? [] : [region, ...workerRegions];
  return Object.fromEntries(regions.map((each) => [each, buildQueueUrl(each, name, 'batch')]));
}
