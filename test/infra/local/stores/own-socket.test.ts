import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmbeddedDynamodb } from '../../../../infra/local/stores/embedded-dynamodb.ts';
import { startEmbeddedS3 } from '../../../../infra/local/stores/embedded-s3.ts';
import { startEmbeddedSqs } from '../../../../infra/local/stores/embedded-sqs.ts';
import { reserveSocket } from '../../../../infra/local/stores/own-socket.ts';
import { createDynamodbClient, createSqsClient } from '../../../../shared/adapters/aws-clients.ts';
import { createS3Client } from '../../../../shared/adapters/s3/s3-clients.ts';
import { readStoreEndpoint } from '../../../../shared/adapters/store-endpoint.ts';

const credential = 'AWS4-HMAC-SHA256 Credential=';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const servers = [
  {
    name: 'DynamoDB',
    start: startEmbeddedDynamodb,
    list: (dynamodbEndpoint: string) =>
      createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint }).send(new ListTablesCommand({})),
  },
  {
    name: 'SQS',
    start: startEmbeddedSqs,
    list: (sqsEndpoint: string) =>
      createSqsClient({ region: 'us-east-1', sqsEndpoint }).send(new ListQueuesCommand({})),
  },
  {
    name: 'S3',
    start: startEmbeddedS3,
    list: (s3Endpoint: string) => createS3Client({ region: 'us-east-1', s3Endpoint }).send(new ListBucketsCommand({})),
  },
];

/** Sends a request over the server's socket. @returns the status */
function post(
  endpoint: string,
  headers: Record<string, string>,
  { method = 'POST', path = '/', body = '{}' } = {},
): Promise<number> {
  const { endpoint: url, httpAgent } = readStoreEndpoint(endpoint);
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers, ...(httpAgent === null ? {} : { agent: httpAgent }) });
    sent.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
    sent.end(body);
  });
}

describe.each(servers)('the embedded $name server', ({ start, list }) => {
  const open = async () => {
    const server = await start();
    closers.push(() => server.close());
    return server.endpoint;
  };

  test('answers clients that use its endpoint', async () => {
    await expect(list(await open())).resolves.toBeDefined();
  });

  test('refuses a client without the credential of this start, and with the credential of another start', async () => {
    const endpoint = await open();
    const { accessKeyId } = readStoreEndpoint(endpoint).credentials;
    const other = readStoreEndpoint(await open()).credentials.accessKeyId;
    expect(await post(endpoint, {})).toBe(403);
    expect(await post(endpoint, { authorization: `${credential}embedded/20260101/us-east-1/x/aws4_request` })).toBe(
      403,
    );
    expect(await post(endpoint, { authorization: `${credential}${other}/20260101/us-east-1/x/aws4_request` })).toBe(
      403,
    );
    expect(
      await post(endpoint, { authorization: `${credential}${accessKeyId}x/20260101/us-east-1/x/aws4_request` }),
    ).toBe(403);
    await expect(list(endpoint.replace(accessKeyId, other))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('refuses a web page even with the credential', async () => {
    const endpoint = await open();
    const { accessKeyId } = readStoreEndpoint(endpoint).credentials;
    const authorization = `${credential}${accessKeyId}/20260101/us-east-1/x/aws4_request`;
    expect(await post(endpoint, { authorization })).not.toBe(403);
    expect(await post(endpoint, { authorization, origin: 'https://evil.example' })).toBe(403);
  });

  test('listens on a Unix socket that other users cannot reach, and on no port', async () => {
    const { pathname, protocol, port } = new URL(await open());
    expect({ protocol, port }).toEqual({ protocol: 'http+unix:', port: '' });
    expect(statSync(pathname).isSocket()).toBe(true);
    expect(statSync(dirname(pathname)).mode & 0o077).toBe(0);
  });
});

describe('the embedded SQS server', () => {
  test.each([
    ['SNS', 'POST', '/', 'application/x-www-form-urlencoded', 'Action=CreateTopic&Name=a'],
    ['STS', 'POST', '/', 'application/x-www-form-urlencoded', 'Action=GetCallerIdentity'],
    ['S3', 'PUT', '/bucket', 'application/octet-stream', ''],
    ['another target', 'POST', '/', 'application/x-amz-json-1.0', '{}'],
    ['the queue inspection', 'GET', '/_fauxqs/queues', 'application/json', undefined],
  ])('does not serve %s', async (_, method, path, type, body) => {
    const server = await startEmbeddedSqs();
    closers.push(() => server.close());
    const { accessKeyId } = readStoreEndpoint(server.endpoint).credentials;
    const authorization = `${credential}${accessKeyId}/20260101/us-east-1/x/aws4_request`;
    const headers = { authorization, 'content-type': type };
    expect(await post(server.endpoint, headers, { method, path, ...(body === undefined ? {} : { body }) })).toBe(404);
  });
});

describe('the directory of a socket', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-'));
  const record = join(dataDir, 'socket-directory');
  afterEach(() => rmSync(record, { force: true }));

  test('is removed at the next start if the process was killed, and at the end of the process otherwise', () => {
    const killed = reserveSocket(dataDir);
    const next = reserveSocket(dataDir);
    expect([existsSync(dirname(killed.path)), existsSync(dirname(next.path))]).toEqual([false, true]);
    next.remove();
    expect([existsSync(dirname(next.path)), existsSync(record)]).toEqual([false, false]);
  });

  test('is the only directory that a damaged record can remove', () => {
    const other = join(dataDir, 'tokenmeter-socket-other');
    mkdirSync(other);
    writeFileSync(record, other);
    reserveSocket(dataDir).remove();
    expect(existsSync(other)).toBe(true);
    rmSync(dataDir, { recursive: true });
  });
});
