import { Aws } from 'aws-cdk-lib';
import type { MessageKind } from '../../shared/records/messages.ts';
import type { Options } from './options.ts';

/** What everything of a stage is called: its stack, and the beginning of the names in it. */
export function nameOf(stage: string): string {
  return `tokenmeter-${stage}`;
}

/** Where the first API key of a stage is kept: a secure parameter of Systems Manager. */
export function apiKeyParameterOf(stage: string): string {
  return `/${nameOf(stage)}/first-api-key`;
}

/** The ARN of a stage's queue in a region, where its construct is of another stack. */
export function queueArnIn(region: string, name: string, kind: MessageKind): string {
  return `arn:${Aws.PARTITION}:sqs:${region}:${Aws.ACCOUNT_ID}:${name}-${kind}`;
}

/** The URL of the same. */
export function queueUrlIn(region: string, name: string, kind: MessageKind): string {
  return `https://sqs.${region}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${name}-${kind}`;
}

/** The queues of batches in all regions, the deployment's own among them; none where it is in one. */
export function workerQueueUrls(name: string, { region, workerRegions }: Options): Record<string, string> {
  const regions = workerRegions.length === 0 ? [] : [region, ...workerRegions];
  return Object.fromEntries(regions.map((each) => [each, queueUrlIn(each, name, 'batch')]));
}
