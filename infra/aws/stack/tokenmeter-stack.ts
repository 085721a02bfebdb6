import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { CfnStage, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { mapKinds, messageKinds } from '../../message-kinds.ts';
import { buildQueueArn, buildWorkerQueueUrls, nameBucket, nameStack } from '../names.ts';
import type { Options } from '../options.ts';
import { acknowledgeFindings } from './acknowledge-findings.ts';
import { buildConditions } from './alarms/build-conditions.ts';
import { createAlarms } from './alarms/create-alarms.ts';
import { createDashboard } from './alarms/create-dashboard.ts';
import { describeSilentAlarms } from './alarms/find-silent-regions.ts';
import { buildEnvironment, type CloudPlace, checkSettings } from './cloud-environment.ts';
import { createBucket } from './create-bucket.ts';
import { createFunction, type Reach } from './create-function.ts';
import { connectQueue, createQueues, type QueuePairs } from './create-queues.ts';
import { createKey, createTable } from './create-table.ts';
import { type FunctionName, functionNames, getQueueSettings } from './function-settings.ts';

export type StackSource = { stage: string; options: Options; bundleFolder: string };

/** Creates the stack of one deployment stage. An AWS account may contain several stages. */
export function createTokenmeterStack(scope: Construct, { stage, options, bundleFolder }: StackSource): Stack {
  checkSettings(options);
  const name = nameStack(stage);
  const stack = new Stack(scope, name, {
    env: { region: options.region },
    description: `Tokenmeter, stage ${stage}`,
    terminationProtection: options.removal === 'retain',
    tags: { project: 'tokenmeter', stage, ...options.tags },
  });
  const key = createKey(stack, name, options);
  const table = createTable(stack, name, key, options);
  const bucket = createBucket(stack, nameBucket(stage, options.region), key);
  const queues = createQueues(stack, name, options);
  const httpApi = new HttpApi(stack, 'HttpApi', { apiName: name, createDefaultStage: false });
  const place: CloudPlace = {
    tableName: table.tableName,
    bucketName: bucket.bucketName,
    queueUrls: mapKinds((kind) => queues[kind].queue.queueUrl),
    keyArn: key.keyArn,
    apiUrl: httpApi.apiEndpoint,
    telemetryNamespace: name,
    workerQueueUrls: buildWorkerQueueUrls(name, options),
  };
  const reach: Reach = {
    tableArn: table.tableArn,
    bucketArn: bucket.bucketArn,
    queueArns: mapKinds((kind) => queues[kind].queue.queueArn),
    workerQueueArns: options.workerRegions.map((region) => buildQueueArn(region, name, 'batch')),
    keyArn: key.keyArn,
    keyConditions: {},
  };
  const created = functionNames.map((each) => {
    const receives = listReceived(each, queues, options);
    const environment = buildEnvironment(each, place, options);
    const source = { name: each, prefix: name, bundleFolder, reach, receives, environment };
    return [each, createFunction(stack, source, options)] as const;
  });
  const functions = Object.fromEntries(created) as Record<FunctionName, LambdaFunction>; // one function for each name
  for (const kind of messageKinds) {
    const handler = functions[getQueueSettings(kind, options).handledBy];
    connectQueue(stack, kind, queues[kind], { handler, coordinator: functions.coordinator }, options);
  }
  connectHttpApi(stack, httpApi, functions.api, options);
  runEveryMinute(stack, functions.supervisor);
  const watched = { name, table, queues, functions, httpApi };
  const alarms = createAlarms(stack, { name, key, options }, buildConditions(watched));
  createDashboard(stack, watched, alarms);
  const warning = describeSilentAlarms(stage, options);
  if (warning !== null) Annotations.of(stack).addWarningV2('tokenmeter:silent-alarms', warning);
  acknowledgeFindings(stack, name, options);
  new CfnOutput(stack, 'ApiUrl', { value: httpApi.apiEndpoint, description: 'Address of the API' });
  new CfnOutput(stack, 'TableName', { value: table.tableName });
  new CfnOutput(stack, 'KeyArn', { value: key.keyArn });
  return stack;
}

/** Returns the ARNs of the queues that a function receives messages from. The coordinator receives all dead letters. */
function listReceived(name: FunctionName, queues: QueuePairs, options: Options): string[] {
  const handled = messageKinds.filter((kind) => getQueueSettings(kind, options).handledBy === name);
  const deadLetters = name === 'coordinator' ? messageKinds.map((kind) => queues[kind].deadLetters.queueArn) : [];
  return [...handled.map((kind) => queues[kind].queue.queueArn), ...deadLetters];
}

function runEveryMinute(stack: Stack, supervisor: LambdaFunction): void {
  new Rule(stack, 'EveryMinute', {
    ruleName: `${stack.stackName}-every-minute`,
    description: 'Advances active runs, starts due schedules, and sends due deliveries',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaTarget(supervisor, { retryAttempts: 0 })],
  });
}

/** Fields of the access log. The log excludes headers and query parameters, so it never contains API keys. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    sourceIp: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    path: '$context.path',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    integrationError: '$context.integrationErrorMessage',
  }),
);

/** Routes of the API, and of the pages that need no API key. API Gateway throttles them apart from each other. */
const routes = { keyed: ['/v1/{proxy+}'], public: ['/', '/{proxy+}'] };

/** Sends every HTTP request that is not throttled to the function, which checks routes, API keys, and limits. */
function connectHttpApi(stack: Stack, api: HttpApi, handler: LambdaFunction, options: Options): void {
  const logGroup = new LogGroup(stack, 'AccessLogs', {
    logGroupName: `/aws/apigateway/${stack.stackName}`,
    retention: options.logRetentionDays,
    removalPolicy: options.removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  const httpStage = new HttpStage(stack, 'HttpStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: options.apiRequestsPerSecond, burstLimit: options.apiBurst },
    accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: accessLogFormat },
  });
  const integration = new HttpLambdaIntegration('ApiIntegration', handler);
  const methods = [HttpMethod.ANY];
  const added = [...routes.keyed, ...routes.public].flatMap((path) => api.addRoutes({ path, methods, integration }));
  // Settings of a route require that the route exists.
  httpStage.node.addDependency(...added);
  const limit = {
    ThrottlingRateLimit: options.publicRequestsPerSecond,
    ThrottlingBurstLimit: 2 * options.publicRequestsPerSecond,
  };
  const resource = httpStage.node.defaultChild;
  if (resource instanceof CfnStage)
    resource.routeSettings = Object.fromEntries(routes.public.map((path) => [`ANY ${path}`, limit]));
}
