import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Options } from '../options.ts';

/** Fields of the access log. It excludes headers and query parameters, so it never contains API keys. */
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

/** Sends every HTTP request to the function, after throttling. The function checks routes, API keys, and limits. */
export function connectHttpApi(
  stack: Stack,
  name: string,
  api: HttpApi,
  handler: LambdaFunction,
  options: Options,
): void {
  const logGroup = new LogGroup(stack, 'AccessLogs', {
    logGroupName: `/aws/apigateway/${name}`,
    retention: options.logRetentionDays,
    removalPolicy: options.removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  new HttpStage(stack, 'HttpStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: options.apiRequestsPerSecond, burstLimit: options.apiBurst },
    accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: accessLogFormat },
  });
  const integration = new HttpLambdaIntegration('ApiIntegration', handler);
  for (const path of ['/', '/{proxy+}']) api.addRoutes({ path, methods: [HttpMethod.ANY], integration });
}
