import { join } from 'node:path';
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { objectFolders } from '../../../shared/object-store.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import { type SecretKind, secretKinds } from '../../../shared/secrets/secret-kinds.ts';
import type { Options } from '../options.ts';
import {
  type FunctionName,
  functionPermissions,
  getFunctionSettings,
  getReservedConcurrency,
  type ObjectPermission,
} from './function-settings.ts';
import { buildNetworkStatements, findVpc } from './join-vpc.ts';
import { listTargetRights, type Right } from './list-target-rights.ts';

/** ARNs of the resources that a function may access. Some resources may be in another region. */
export type Reach = {
  tableArn: string;
  bucketArn: string;
  queueArns: Record<MessageKind, string>;
  /** ARNs of the batch queues in the worker regions. */
  workerQueueArns: string[];
  /** ARN of the KMS key that encrypts secrets, or a pattern that `keyConditions` restrict to this key. */
  keyArn: string;
  keyConditions: Record<string, string>;
};

export type FunctionSource = {
  /** Name of the bundle that the function runs. */
  name: FunctionName;
  /** Name of the function. Default: the name of the bundle. */
  calledAs?: string | undefined;
  prefix: string;
  bundleFolder: string;
  reach: Reach;
  /** ARNs of the queues whose messages the function receives. */
  receives: string[];
  environment: Record<string, string>;
};

/** Creates a function, its log group, and its role, which has exactly the permissions in `functionPermissions`. */
export function createFunction(stack: Stack, source: FunctionSource, options: Options): LambdaFunction {
  const { name, calledAs = name } = source;
  const title = toTitle(calledAs);
  const { timeoutSeconds, memoryMb, recursiveLoop } = getFunctionSettings(name, options);
  const functionName = `${source.prefix}-${calledAs}`;
  const vpc = findVpc(name, stack, options);
  const logGroup = new LogGroup(stack, `${title}Logs`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: options.logRetentionDays,
    removalPolicy: options.removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  const role = new Role(stack, `${title}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Permissions of ${functionName}`,
    inlinePolicies: {
      Own: new PolicyDocument({
        statements: [
          ...buildStatements(source, logGroup, options),
          ...(vpc === null ? [] : buildNetworkStatements(stack, functionName)),
        ],
      }),
    },
  });
  const reserved = calledAs === name ? getReservedConcurrency(name, options) : null;
  const lambda = new LambdaFunction(stack, title, {
    functionName,
    description: `Tokenmeter ${name}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(join(source.bundleFolder, name)),
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMb,
    recursiveLoop: recursiveLoop === 'Allow' ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.DISABLED,
    environment: source.environment,
    ...(reserved === null ? {} : { reservedConcurrentExecutions: reserved }),
  });
  // Tracing is set on the CloudFormation resource, because the CDK construct would add its own policy to the role.
  const resource = lambda.node.defaultChild;
  if (options.tracing && resource instanceof CfnFunction) resource.tracingConfig = { mode: 'Active' };
  // The VPC is also set here, because the construct would add a managed policy that covers every log group.
  if (vpc !== null && resource instanceof CfnFunction) resource.vpcConfig = vpc;
  return lambda;
}

function buildStatements(
  { name, reach, receives }: FunctionSource,
  logGroup: LogGroup,
  options: Options,
): PolicyStatement[] {
  const may = functionPermissions[name];
  const { tableArn, bucketArn, queueArns, workerQueueArns } = reach;
  const listArns = (kinds: readonly MessageKind[]) => [
    ...kinds.map((kind) => queueArns[kind]),
    ...(kinds.includes('batch') ? workerQueueArns : []),
  ];
  const statements: Right[] = [
    ['Table', may.table.map((action) => `dynamodb:${action}`), [tableArn]],
    ['Indexes', ['dynamodb:Query'], may.indexes.map((index) => `${tableArn}/index/${index}`)],
    ['Send', ['sqs:SendMessage'], listArns(may.send)],
    ['Inspect', ['sqs:GetQueueAttributes'], listArns(may.inspect)],
    ...listFolderStatements(may.objects, bucketArn),
    ['ListObjects', ['s3:ListBucket'], may.objects.includes('ListBucket') ? [bucketArn] : []],
    ['Receive', ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], receives],
    ...listTargetRights(name, options),
    ['Logs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]],
    ['Traces', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], options.tracing ? ['*'] : []],
  ];
  const secrets = [
    ...allowSecrets(reach, 'SealSecrets', 'kms:Encrypt', may.seal),
    ...allowSecrets(reach, 'OpenSecrets', 'kms:Decrypt', may.open),
  ];
  const granted = statements.filter(([, actions, resources]) => actions.length > 0 && resources.length > 0);
  return [...granted.map(([sid, actions, resources]) => new PolicyStatement({ sid, actions, resources })), ...secrets];
}

/**
 * Allows an action on secrets of some kinds only, by the names in their encryption context. A call must have a name that
 * only these kinds have, and no name of another kind. KMS refuses a context that differs from that of the encryption.
 */
function allowSecrets({ keyArn, keyConditions }: Reach, sid: string, action: string, kinds: readonly SecretKind[]) {
  if (kinds.length === 0) return [];
  const names = [...new Set(kinds.flatMap((kind): readonly string[] => secretKinds[kind]))].sort();
  const conditions = {
    'ForAnyValue:StringEquals': {
      ...keyConditions,
      'kms:EncryptionContextKeys': names.filter((name) => name !== 'tenantId'),
    },
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': names },
  };
  return [new PolicyStatement({ sid, actions: [action], resources: [keyArn], conditions })];
}

/** Lists the statements that allow actions on the objects in each folder of the bucket. */
function listFolderStatements(may: readonly ObjectPermission[], bucketArn: string): Right[] {
  return Object.values(objectFolders).map((folder) => {
    const actions = may.filter((each) => each.endsWith(` ${folder}`)).map((each) => `s3:${each.split(' ')[0]}`);
    return [`Objects${toTitle(folder)}`, actions, [`${bucketArn}/${folder}/*`]];
  });
}

/** Converts a name to a construct id: `dead-letters` becomes `DeadLetters`. */
function toTitle(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
