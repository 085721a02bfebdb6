import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createParameterKeeper, removeParameter } from '../../../infra/aws/parameter-keeper.ts';
import { keepFirstApiKey } from '../../../infra/keep-first-api-key.ts';
import { type ApiBench, openApiBench } from '../../support/service/api-bench.ts';

const requestSchema = z.object({
  Name: z.string(),
  Value: z.string().optional(),
  Type: z.string().optional(),
  KeyId: z.string().optional(),
});
type Put = z.infer<typeof requestSchema>;

let parameters: Map<string, Put>;
let server: Server;
let client: SSMClient;
let bench: ApiBench;

beforeEach(async () => {
  parameters = new Map();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const input = requestSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const [status, answer] = answerTo(String(request.headers['x-amz-target']), input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listens on an address, not on a pipe
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  client = new SSMClient({ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials });
  bench = await openApiBench({}, {}, 'embedded');
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await Promise.all([bench.close(), new Promise((resolve) => server.close(resolve))]);
});

/** The part of Systems Manager that a keeper needs. */
function answerTo(target: string, input: Put): [number, object] {
  const kept = parameters.get(input.Name);
  if (target === 'AmazonSSM.PutParameter') {
    parameters.set(input.Name, input);
    return [200, { Version: 1 }];
  }
  if (kept === undefined) return [400, { __type: 'ParameterNotFound' }];
  if (target === 'AmazonSSM.DeleteParameter') parameters.delete(input.Name);
  return [200, { Parameter: { Name: kept.Name, Value: kept.Value } }];
}

test('is created once, stored encrypted with the stack’s key, works, and is replaced after it is revoked', async () => {
  const keeper = createParameterKeeper(client, '/tokenmeter-dev/first-api-key', 'arn:key');
  const first = await keepFirstApiKey(bench.deps, keeper);
  expect(first.created).toBe(true);
  expect(parameters.get('/tokenmeter-dev/first-api-key')).toMatchObject({
    Value: first.key,
    Type: 'SecureString',
    KeyId: 'arn:key',
  });
  const mine = (await bench.ask('GET', '/v1/api-keys', { key: first.key })).json.items;
  expect(mine).toHaveLength(1);
  expect(await bench.dump()).not.toContain(first.key);

  expect(await keepFirstApiKey(bench.deps, keeper)).toEqual({ key: first.key, created: false });

  await bench.ask('DELETE', `/v1/api-keys/${mine[0].apiKeyId}`, { key: first.key });
  const second = await keepFirstApiKey(bench.deps, keeper);
  expect(second).toMatchObject({ created: true });
  expect(second.key).not.toBe(first.key);
});

test('is deleted with the stack, if it exists', async () => {
  await keepFirstApiKey(bench.deps, createParameterKeeper(client, 'p', 'k'));
  await removeParameter(client, 'p');
  expect(parameters.size).toBe(0);
  await removeParameter(client, 'p');
});
