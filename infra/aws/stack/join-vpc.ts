import { Aws, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Options, Vpc } from '../options.ts';
import type { FunctionName } from './function-settings.ts';

/** Functions that connect to addresses of users. Only they run in the VPC of their region. */
const connecting: readonly FunctionName[] = ['notifier', 'worker'];

/** Returns the VPC in which a function runs, or null if it runs in none. */
export function findVpc(name: FunctionName, { region }: Stack, { vpcs }: Options): Vpc | null {
  return connecting.includes(name) ? (vpcs[region] ?? null) : null;
}

/**
 * Allows Lambda to connect a function to a VPC, which it does with the role of the function. A second statement refuses
 * these calls to the code of the function itself.
 */
export function buildNetworkStatements({ region }: Stack, functionName: string): PolicyStatement[] {
  const actions = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const functionArn = `arn:${Aws.PARTITION}:lambda:${region}:${Aws.ACCOUNT_ID}:function:${functionName}`;
  const conditions = { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } };
  const refusal = { sid: 'NotByTheFunction', effect: Effect.DENY, actions, resources: ['*'], conditions };
  return [new PolicyStatement({ sid: 'Network', actions, resources: ['*'] }), new PolicyStatement(refusal)];
}
