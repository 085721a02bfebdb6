import { type Stack, Validations } from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Options } from '../options.ts';

/** Acknowledges intended findings of cdk-nag, each with a reason. */
export function acknowledgeFindings(stack: Stack, options: Options): void {
  for (const construct of stack.node.findAll()) {
    if (construct instanceof CfnRole) {
      Validations.of(construct).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray actions do not support resource-level permissions',
      });
      const logs = /^(.*)Role$/.exec(construct.node.scope?.node.id ?? '')?.[1];
      Validations.of(construct).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${logs}Logs.Arn>]`,
        reason: 'The ARN of a log group ends in :* for its streams, which Lambda names',
      });
      Validations.of(construct).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:kms:${options.region}:<AWS::AccountId>:key/*]`,
        reason:
          'A condition restricts it to the key with the alias of the stage, because other regions cannot refer to its id',
      });
    }
    if (construct instanceof CfnRoute)
      Validations.of(construct).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'The API checks its own keys and their scopes; the contract and /healthz are public',
      });
  }
  if (!options.pointInTimeRecovery)
    Validations.of(stack).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'The options of the stage disable point-in-time recovery',
    });
}
