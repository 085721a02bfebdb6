import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRoleCredentials } from '../../../shared/adapters/role-credentials.ts';
import { nameAccessKey, startStsServer } from '../../support/servers/sts-server.ts';

const tenantId = 'ten_00000000000000000000000001';
const role = 'arn:aws:iam::123456789012:role/tokenmeter-models';
const request = { role, region: 'us-east-1', tenantId };
const chain = async () => ({ accessKeyId: 'AKIA0000000000000001', secretAccessKey: 'secret-of-the-worker' });
const hourMs = 3_600_000;

describe('credentials of a role', () => {
  let sts: Awaited<ReturnType<typeof startStsServer>>;
  let nowMs = Date.UTC(2026, 0, 1);
  const open = (asked = request) =>
    createRoleCredentials({ nowMs: () => nowMs }, { stsEndpoint: sts.endpoint, chain }).open(asked);
  beforeAll(async () => {
    sts = await startStsServer({ roles: { [role]: tenantId }, expiresAtMs: () => nowMs + hourMs });
  });
  beforeEach(() => {
    sts.calls.length = 0;
    sts.fail(null);
  });
  afterAll(() => sts.close());

  it('are assumed with the tenant as external id, for an hour, and only for calls of models', async () => {
    const { source } = await open();
    expect(await source?.()).toMatchObject({ accessKeyId: nameAccessKey(1), sessionToken: 'session-of-call-1' });
    expect(sts.calls).toHaveLength(1);
    expect(sts.calls[0]).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: role,
      ExternalId: tenantId,
      RoleSessionName: `tokenmeter-${tenantId}`,
      DurationSeconds: '3600',
    });
    const { Statement } = JSON.parse(sts.calls[0]?.['Policy'] ?? '');
    expect(Statement[0].Action).toEqual([
      'bedrock:InvokeModelWithResponseStream',
      'sagemaker:InvokeEndpointWithResponseStream',
    ]);
  });

  it('are refused if the role trusts another tenant, and the reason has the external id to allow', async () => {
    const other = 'ten_00000000000000000000000002';
    const { source, refusal } = await open({ ...request, tenantId: other });
    expect(source).toBeNull();
    expect(refusal).toContain('(AccessDenied)');
    expect(refusal).toContain(`external id ${other}`);
  });

  it('are renewed in the background before they expire, and a request never waits for the renewal', async () => {
    const { source } = await open();
    nowMs += hourMs - 660_000;
    expect((await source?.())?.accessKeyId).toBe(nameAccessKey(1));
    expect(sts.calls).toHaveLength(1);
    nowMs += 120_000;
    // Concurrent requests still get the old credentials, and fetch the new ones once.
    const during = await Promise.all([source?.(), source?.(), source?.()]);
    expect(during.map((each) => each?.accessKeyId)).toEqual(Array(3).fill(nameAccessKey(1)));
    await expect.poll(async () => (await source?.())?.accessKeyId).toBe(nameAccessKey(2));
    expect(sts.calls).toHaveLength(2);
  });

  it('stay usable while a renewal fails, and the next request tries again', async () => {
    const { source } = await open();
    nowMs += hourMs - 300_000;
    sts.fail('AccessDenied');
    expect((await source?.())?.accessKeyId).toBe(nameAccessKey(1));
    await expect.poll(() => sts.calls.length).toBe(2);
    sts.fail(null);
    await expect.poll(async () => (await source?.())?.accessKeyId).toSatisfy((key: string) => key > nameAccessKey(1));
  });

  it('are never used after they expired', async () => {
    const { source } = await open();
    nowMs += hourMs + 1;
    sts.fail('AccessDenied');
    await expect(source?.()).rejects.toThrow('refused');
  });

  it('of the worker itself need no call, and a missing credential is a refusal', async () => {
    const { source } = await open({ ...request, role: 'worker' });
    expect(await source?.()).toEqual(await chain());
    expect(sts.calls).toEqual([]);
    const none = async () => {
      throw Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
    };
    const roles = createRoleCredentials({ nowMs: () => nowMs }, { chain: none });
    const { refusal } = await roles.open({ ...request, role: 'worker' });
    expect(refusal).toContain('has no valid AWS credentials');
  });
});
