import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../../../shared/errors/app-error.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const accessKeyId = 'AKIDEXAMPLEEXAMPLE12';
const bedrock = {
  protocol: 'bedrock-converse',
  baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com',
  model: 'anthropic.claude-3-haiku-20240307-v1:0',
};
const chat = { baseUrl: 'https://a.example.com/v1', model: 'm' };
const keep = async (apiKey: string) =>
  (await bench.ask('POST', '/v1/credentials', { body: { name: 'c', apiKey } })).json.credentialId as string;
const create = (target: object) => bench.ask('POST', '/v1/runs', { body: { targets: [target] } });

describe('AWS credentials', () => {
  test.each([
    ['as we write them', JSON.stringify({ accessKeyId, secretAccessKey })],
    ['with spaces and line breaks', JSON.stringify({ accessKeyId, secretAccessKey }, null, 2)],
    [
      'as the AWS tools print them',
      JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: 'x' }),
    ],
  ])('are accepted %s, show the end of the key id and serve a run that signs', async (_what, apiKey) => {
    const made = await bench.ask('POST', '/v1/credentials', { body: { name: 'aws', apiKey } });
    expect(made.json).toMatchObject({ lastFour: 'LE12' });
    expect(JSON.stringify(made.json)).not.toContain(secretAccessKey.slice(0, 8));
    const run = await create({ ...bedrock, credentialId: made.json.credentialId });
    expect(run.status).toBe(202);
    expect((await create({ ...bedrock, apiKey })).status).toBe(202);
  });

  test('that are incomplete or a key file of another provider are rejected on creation', async () => {
    for (const apiKey of [JSON.stringify({ accessKeyId }), '{"type":"service_account","private_key":"SECRET"}', '{']) {
      const { status, json } = await bench.ask('POST', '/v1/credentials', { body: { name: 'c', apiKey } });
      expect(status).toBe(400);
      expect(json.faults[0]).toMatchObject({ pointer: '/apiKey', remedy: expect.stringMatching(/"secretAccessKey"/) });
      expect(JSON.stringify(json)).not.toContain('SECRET"');
    }
  });

  test('and plain keys are not interchangeable', async () => {
    const plain = await keep('sk-live-0123456789abcdef');
    const aws = await keep(JSON.stringify({ accessKeyId, secretAccessKey }));
    for (const [target, credentialId, remedy] of [
      [bedrock, plain, /\{"accessKeyId"/],
      [chat, aws, /only the key/],
    ] as const) {
      const { status, json } = await create({ ...target, credentialId });
      expect(status).toBe(422);
      const fault = json.faults.find(({ pointer }: Fault) => pointer === '/targets/0/credentialId');
      expect(fault.remedy).toMatch(remedy);
    }
  });

  test('are required again for a rerun', async () => {
    const apiKey = JSON.stringify({ accessKeyId, secretAccessKey });
    const run = await create({ ...bedrock, id: 'b', credentialId: await keep(apiKey) });
    const again = (body: object) => bench.ask('POST', `/v1/runs/${run.json.runId}/rerun`, { body });
    expect((await again({ apiKeys: { b: 'sk-1' } })).json.faults).toMatchObject([
      { pointer: '/apiKeys/b', remedy: expect.stringMatching(/accessKeyId/) },
    ]);
    const plain = await keep('sk-live-0123456789abcdef');
    expect((await again({ credentialIds: { b: plain } })).json.faults).toMatchObject([{ pointer: '/credentialIds/b' }]);
    expect((await again({ apiKeys: { b: apiKey } })).status).toBe(202);
  });
});
