import { expect, test } from 'vitest';
import { createRoleCredentials } from '../../../shared/adapters/role-credentials.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import { sealCredential } from '../../../shared/runs/seal-secrets.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { noSecrets } from '../../../shared/spec/target-secrets.ts';
import { answerSigned, wireRequest } from '../../support/servers/bedrock-server.ts';
import { startScriptedServer } from '../../support/servers/scripted-server.ts';
import { roleSecret, startStsServer } from '../../support/servers/sts-server.ts';
import { readAuthorization } from '../../support/servers/verify-sigv4.ts';
import { startPipeline } from '../../support/service/pipeline.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const apiKey = JSON.stringify({ accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey });

test('a run against Bedrock: stored credentials, signed requests, binary frames, samples with usage', async () => {
  const server = await startScriptedServer(answerSigned(secretAccessKey));
  const { deps, start, finish, close } = await startPipeline();
  try {
    const target = {
      id: 'b',
      protocol: 'bedrock-converse',
      baseUrl: server.url,
      region: 'eu-west-1',
      model: 'a.m-v1:0',
    };
    const spec = {
      seed: 7,
      targets: [{ ...target, credentialId: `crd_${'0'.repeat(26)}` }],
      workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
      load: { mode: 'concurrency', stages: [{ concurrency: 3, requests: 12 }], warmupRequests: 2 },
    };
    const tenantId = deriveId('tenant', 'test');
    const credentialId = spec.targets[0]?.credentialId ?? '';
    await deps.credentials.put(
      await sealCredential(deps, {
        credentialId,
        tenantId,
        name: 'aws',
        held: { ...noSecrets, apiKey },
        expiresAtMs: null,
      }),
    );
    const run = await finish(await start(spec));
    expect(run.status).toBe('completed');
    const samples: Sample[] = [];
    for (const stage of planRun(run.spec, run))
      for await (const batch of readStageSamples(deps, run, stage)) samples.push(...batch);
    expect(samples).toHaveLength(14);
    for (const sample of samples)
      expect(sample).toMatchObject({
        outcome: 'ok',
        finishReason: 'end_turn',
        usage: { inputTokens: 4, outputTokens: 2 },
      });
    expect(JSON.parse(wireRequest(server.requests[0] ?? raise()).body.toString())).toMatchObject({
      messages: [{ role: 'user', content: [{ text: 'Say one two three.' }] }],
      inferenceConfig: { maxTokens: 20 },
    });
  } finally {
    await close();
    await server.close();
  }
});

test('a run whose role is assumed uses renewed credentials, and each signature is valid', async () => {
  const server = await startScriptedServer(answerSigned(roleSecret));
  const tenantId = deriveId('tenant', 'test');
  const role = 'arn:aws:iam::123456789012:role/models';
  // The credentials are so near their end that each request has them renewed.
  const sts = await startStsServer({ roles: { [role]: tenantId }, expiresAtMs: () => Date.now() + 300_000 });
  const { deps, start, finish, close } = await startPipeline();
  const chain = async () => ({ accessKeyId: 'AKIA0000000000000001', secretAccessKey: 'secret-of-the-worker' });
  Object.assign(deps, { roles: createRoleCredentials(deps.clock, { stsEndpoint: sts.endpoint, chain }) });
  const spec = {
    targets: [
      {
        ...{ id: 'b', protocol: 'bedrock-converse', baseUrl: server.url, region: 'eu-west-1', model: 'm' },
        ...{ credentialId: null, auth: { style: 'sigv4', role } },
      },
    ],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
    load: { mode: 'concurrency', stages: [{ concurrency: 1, requests: 12 }], warmupRequests: 0 },
  };
  try {
    const run = await finish(await start({ seed: 7, ...spec }));
    expect(run.status).toBe('completed');
    const keys = server.requests.map((request) =>
      readAuthorization(wireRequest(request).headers['authorization'] ?? ''),
    );
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBeGreaterThan(1);
    const samples: Sample[] = [];
    for (const stage of planRun(run.spec, run))
      for await (const batch of readStageSamples(deps, run, stage)) samples.push(...batch);
    expect(samples.map(({ outcome }) => outcome)).toEqual(Array(12).fill('ok'));
    // A role that trusts another tenant sends nothing, and says why.
    const foreign = { ...spec.targets[0], auth: { style: 'sigv4', role: `${role}-of-others` } };
    const refused = await finish(await start({ seed: 7, ...spec, targets: [foreign] }));
    expect(server.requests).toHaveLength(12);
    const [{ failure } = { failure: null }] = await deps.batches.list(refused.runId);
    expect(failure).toMatchObject({ code: 'role_refused', message: expect.stringContaining(tenantId) });
  } finally {
    await close();
    await Promise.all([server.close(), sts.close()]);
  }
});

function raise(): never {
  throw new Error('No request came');
}
