import { join } from 'node:path';
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import type { MessageKind } from '../../../shared/records/messages.ts';
import type { FunctionName } from '../function-names.ts';
import type { Options } from '../options.ts';
import { functionPermissions } from './function-permissions.ts';
import { functionSettings } from './function-settings.ts';

/** What a function may be given rights to, by ARN: some of it may be in another region. */
export type Reach = {
  tableArn: string;
  queueArns: Record<MessageKind, string>;
  /** Queues of batches in the worker regions. */
  workerQueueArns: string[];
  /** A statement that allows these KMS actions on the key. */
  allowKey(actions: string[]): PolicyStatement;
};

export type FunctionSource = {
  /** The bundle; what the function is called, if not so. */
  name: FunctionName;
  calledAs?: string;
  prefix: string;
  bundleFolder: string;
  reach: Reach;
  /** Queues whose messages it is handed. */
  receives: string[];
  environment: Record<string, string>;
};

/** A function with its log group, and a role that may do what `functionPermissions` says and no more. */
export function createFunction(stack: Stack, source: FunctionSource, options: Options): LambdaFunction {
  const { name, calledAs = name } = source;
  const title = titleOf(calledAs);
  const { timeoutSeconds, memoryMb } = functionSettings(name, options);
  const functionName = `${source.prefix}-${calledAs}`;
  const logGroup = new LogGroup(stack, `${title}Logs`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: options.logRetentionDays,
    removalPolicy: options.removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  const role = new Role(stack, `${title}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `What ${functionName} may do`,
    inlinePolicies: { Own: new PolicyDocument({ statements: statementsOf(source, logGroup, options) }) },
  });
  // Provisioned pollers know no cap of their own.
  const isCapped = name === 'worker' && options.provisionedPollers !== null;
  const lambda = new LambdaFunction(stack, title, {
    functionName,
    description: `Tokenmeter's ${name}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(join(source.bundleFolder, name)),
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMb,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.DISABLED,
    environment: source.environment,
    ...(isCapped ? { reservedConcurrentExecutions: options.maxWorkers } : {}),
  });
  // Set here, as the construct would add a policy of its own to the role.
  const resource = lambda.node.defaultChild;
  if (options.tracing && resource instanceof CfnFunction) resource.tracingConfig = { mode: 'Active' };
  return lambda;
}

function statementsOf(
  { name, reach, receives }: FunctionSource,
  logGroup: LogGroup,
  options: Options,
): PolicyStatement[] {
  const may = functionPermissions[name];
  const { tableArn, queueArns, workerQueueArns } = reach;
  const arnsOf = (kinds: readonly MessageKind[]) => [
    ...kinds.map((kind) => queueArns[kind]),
    ...(kinds.includes('batch') ? workerQueueArns : []),
  ];
  const statements: [string, string[], string[]][] = [
    ['Table', may.table.map((action) => `dynamodb:${action}`), [tableArn]],
    ['Indexes', ['dynamodb:Query'], may.indexes.map((index) => `${tableArn}/index/${index}`)],
    ['Send', ['sqs:SendMessage'], arnsOf(may.send)],
    ['Inspect', ['sqs:GetQueueAttributes'], arnsOf(may.inspect)],
    ['Receive', ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], receives],
    ['Logs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]],
    ['Traces', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], options.tracing ? ['*'] : []],
  ];
  const secrets = may.key.length === 0 ? [] : [reach.allowKey(may.key.map((action) => `kms:${action}`))];
  return [
    ...statements
      .filter(([, actions, resources]) => actions.length > 0 && resources.length > 0)
      .map(([sid, actions, resources]) => new PolicyStatement({ sid, actions, resources })),
    ...secrets,
  ];
}

/** `dead-letters` is `DeadLetters` among the constructs. */
function titleOf(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
