import { type Stack, Validations } from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { objectFolders } from '../../../shared/object-store.ts';
import type { Options } from '../options.ts';
import { listTargetRights } from './list-target-rights.ts';

const publicRoutes = 'The API checks its own keys and their scopes; the contract and /healthz are public';

/**
 * Acknowledges each cdk-nag finding that results from an intended choice, with the reason for the choice.
 * @param name name of the deployment stage's stack in the home region
 */
export function acknowledgeFindings(stack: Stack, name: string, options: Options): void {
  const acknowledge = (scope: IConstruct, id: string, reason: string) =>
    Validations.of(scope).acknowledge({ id: `AwsSolutions-${id}`, reason });
  const anyKey = `arn:<AWS::Partition>:kms:${options.region}:<AWS::AccountId>:key/*`;
  const bucket = stack.node.findAll().find((construct) => construct instanceof CfnBucket);
  const bucketArn =
    bucket === undefined
      ? `arn:<AWS::Partition>:s3:::${name}-<AWS::AccountId>-${options.region}`
      : `<${stack.getLogicalId(bucket)}.Arn>`;
  for (const construct of stack.node.findAll()) {
    if (construct instanceof CfnRole) {
      const logs = /^(.*)Role$/.exec(construct.node.scope?.node.id ?? '')?.[1];
      acknowledge(
        construct,
        'IAM5[Resource::*]',
        'X-Ray and describing network interfaces have no resource-level permissions',
      );
      acknowledge(construct, `IAM5[Resource::<${logs}Logs.Arn>]`, 'The ARN of a log group ends in :* for its streams');
      for (const folder of Object.values(objectFolders))
        acknowledge(construct, `IAM5[Resource::${bucketArn}/${folder}/*]`, 'A folder contains any number of objects');
      acknowledge(
        construct,
        `IAM5[Resource::${anyKey}]`,
        'A condition restricts it to the key with the alias of the stage, because other regions cannot refer to its id',
      );
    }
    if (construct instanceof CfnRole)
      for (const [, , resources] of listTargetRights('worker', options))
        for (const arn of resources.filter((each) => each.includes('*')))
          acknowledge(construct, `IAM5[Resource::${arn}]`, 'The options of the stage list these models and roles');
    if (construct instanceof CfnBucket)
      acknowledge(construct, 'S1', 'Only the roles of the functions reach objects, and the API logs its own requests');
    if (construct instanceof CfnRoute) acknowledge(construct, 'APIG4', publicRoutes);
  }
  if (!options.pointInTimeRecovery)
    acknowledge(stack, 'DDB3', 'The options of the stage disable point-in-time recovery');
}
