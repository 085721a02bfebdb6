import { join } from 'node:path';
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { messageKinds, type QueuePairs } from './create-queues.ts';
import type { FunctionName } from './function-names.ts';
import { functionPermissions } from './function-permissions.ts';
import { functionSettings } from './function-settings.ts';
import type { Options } from './options.ts';
import { queueSettings } from './queue-settings.ts';

export type CloudParts = { name: string; key: Key; table: Table; queues: QueuePairs; bundleFolder: string };

export const titleOf = (name: FunctionName): string => name.charAt(0).toUpperCase() + name.slice(1);

/** A function with its log group, and a role that may do what `functionPermissions` says and no more. */
export function createFunction(
  stack: Stack,
  name: FunctionName,
  parts: CloudParts,
  environment: Record<string, string>,
  options: Options,
): LambdaFunction {
  const title = titleOf(name);
  const { timeoutSeconds, memoryMb } = functionSettings(name, options);
  const functionName = `${parts.name}-${name}`;
  const logGroup = new LogGroup(stack, `${title}Logs`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: options.logRetentionDays,
    removalPolicy: options.removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  const role = new Role(stack, `${title}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `What ${functionName} may do`,
    inlinePolicies: { Own: new PolicyDocument({ statements: statementsOf(name, parts, logGroup, options) }) },
  });
  // Provisioned pollers know no cap of their own.
  const isCapped = name === 'worker' && options.provisionedPollers !== null;
  const lambda = new LambdaFunction(stack, title, {
    functionName,
    description: `Tokenmeter's ${name}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(join(parts.bundleFolder, name)),
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMb,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.DISABLED,
    environment,
    ...(isCapped ? { reservedConcurrentExecutions: options.maxWorkers } : {}),
  });
  // Set here, as the construct would add a policy of its own to the role.
  const resource = lambda.node.defaultChild;
  if (options.tracing && resource instanceof CfnFunction) resource.tracingConfig = { mode: 'Active' };
  return lambda;
}

function statementsOf(
  name: FunctionName,
  { table, queues, key }: CloudParts,
  logGroup: LogGroup,
  options: Options,
): PolicyStatement[] {
  const may = functionPermissions[name];
  const received = messageKinds.filter((kind) => queueSettings(kind, options).handledBy === name);
  const receivedArns = received.map((kind) => queues[kind].queue.queueArn);
  if (name === 'coordinator') receivedArns.push(...messageKinds.map((kind) => queues[kind].deadLetters.queueArn));
  const statements: [string, string[], string[]][] = [
    ['Table', may.table.map((action) => `dynamodb:${action}`), [table.tableArn]],
    ['Indexes', ['dynamodb:Query'], may.indexes.map((index) => `${table.tableArn}/index/${index}`)],
    ['Send', ['sqs:SendMessage'], may.send.map((kind) => queues[kind].queue.queueArn)],
    ['Inspect', ['sqs:GetQueueAttributes'], may.inspect.map((kind) => queues[kind].queue.queueArn)],
    ['Receive', ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], receivedArns],
    ['Secrets', may.key.map((action) => `kms:${action}`), [key.keyArn]],
    ['Logs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]],
    ['Traces', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], options.tracing ? ['*'] : []],
  ];
  return statements
    .filter(([, actions, resources]) => actions.length > 0 && resources.length > 0)
    .map(([sid, actions, resources]) => new PolicyStatement({ sid, actions, resources }));
}
