import { type Stack, Validations } from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Options } from '../options.ts';
import { listTargetRights } from './list-target-rights.ts';

const publicRoutes = 'The API checks its own keys and their scopes; the contract and /healthz are public';

/** Acknowledges each cdk-nag finding that results from an intended choice, with the reason for the choice. */
export function acknowledgeFindings(stack: Stack, options: Options): void {
  const acknowledge = (scope: IConstruct, id: string, reason: string) =>
    Validations.of(scope).acknowledge({ id: `AwsSolutions-${id}`, reason });
  const anyKey = `arn:<AWS::Partition>:kms:${options.region}:<AWS::AccountId>:key/*`;
  for (const construct of stack.node.findAll()) {
    if (construct instanceof CfnRole) {
      const logs = /^(.*)Role$/.exec(construct.node.scope?.node.id ?? '')?.[1];
      acknowledge(
        construct,
        'IAM5[Resource::*]',
        'X-Ray and describing network interfaces have no resource-level permissions',
      );
      acknowledge(construct, `IAM5[Resource::<${logs}Logs.Arn>]`, 'The ARN of a log group ends in :* for its streams');
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
    if (construct instanceof CfnRoute) acknowledge(construct, 'APIG4', publicRoutes);
  }
  if (!options.pointInTimeRecovery)
    acknowledge(stack, 'DDB3', 'The options of the stage disable point-in-time recovery');
}
