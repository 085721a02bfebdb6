import { type Stack, Validations } from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Options } from '../options.ts';

/** What cdk-nag finds and is meant to be so, each with the reason. */
export function acknowledgeFindings(stack: Stack, options: Options): void {
  for (const construct of stack.node.findAll()) {
    if (construct instanceof CfnRole) {
      Validations.of(construct).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray has no resources to name: its two actions are granted on * or not at all',
      });
      const logs = /^(.*)Role$/.exec(construct.node.scope?.node.id ?? '')?.[1];
      Validations.of(construct).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${logs}Logs.Arn>]`,
        reason: 'The ARN of a log group ends in :* for its streams, whose names Lambda makes up',
      });
    }
    if (construct instanceof CfnRole)
      Validations.of(construct).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:kms:${options.region}:<AWS::AccountId>:key/*]`,
        reason: 'A condition holds it to the key with the alias of the stage, whose id another region does not know',
      });
    if (construct instanceof CfnRoute)
      Validations.of(construct).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'The API checks its own keys, with their scopes; the contract and /healthz are public',
      });
  }
  if (!options.pointInTimeRecovery)
    Validations.of(stack).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'The stage has chosen to do without point-in-time recovery',
    });
}
