import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { lambdaLimits } from '../../../shared/lambda-limits.ts';
import type { LambdaFunction } from './lambda-function.ts';

const answerSchema = z.object({
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.string()).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

export type HttpGateway = { url: string; close(): Promise<void> };

/** Time in ms after which an HTTP API ends a request, even if the function continues. */
export const gatewayTimeoutMs = lambdaLimits.gatewaySeconds * 1_000;

/**
 * Simulates an HTTP API of API Gateway for one function: payload format 2.0, 413 if the event is larger than Lambda
 * accepts, 502 if the function fails or its answer is too large, and 503 if it is late.
 */
export async function startHttpGateway(target: Pick<LambdaFunction, 'invoke'>): Promise<HttpGateway> {
  const server = createServer(async (request, response) => {
    const event = await makeEvent(request);
    if (exceedsPayload(JSON.stringify(event))) {
      response.writeHead(413, { 'content-type': 'application/json' }).end('{"message":"Request Too Long"}');
      return;
    }
    const timer = setTimeout(() => {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"Service Unavailable"}');
    }, gatewayTimeoutMs);
    const end = await target.invoke(event).finally(() => clearTimeout(timer));
    if (response.headersSent) return;
    if (end.kind !== 'answer' || exceedsPayload(end.body)) {
      response.writeHead(502, { 'content-type': 'application/json' }).end('{"message":"Internal Server Error"}');
      return;
    }
    const { statusCode, headers, cookies, body, isBase64Encoded } = answerSchema.parse(JSON.parse(end.body));
    response.writeHead(statusCode, { ...headers, ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }) });
    response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // listens on an address, not on a pipe
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns whether a payload is larger than Lambda accepts. */
function exceedsPayload(json: string): boolean {
  return Buffer.byteLength(json) > lambdaLimits.payloadBytes;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
async function makeEvent(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://gateway');
  const method = request.method ?? 'GET';
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, [value].flat().join(',')]));
  const now = new Date();
  return {
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    pathParameters: { proxy: url.pathname.slice(1) },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: 'ANY /{proxy+}',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks).toString('base64') }),
    isBase64Encoded: chunks.length > 0,
  };
}
