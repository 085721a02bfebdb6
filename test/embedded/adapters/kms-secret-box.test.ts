import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKmsSecretBox } from '../../../shared/adapters/kms-secret-box.ts';
import { startKmsServer } from '../../support/servers/kms-server.ts';

describe('KMS secret box', () => {
  const keyId = 'arn:aws:kms:us-east-1:000000000000:key/one';
  const context = { tenantId: 'ten_a', credentialId: 'crd_b' };
  let kms: Awaited<ReturnType<typeof startKmsServer>>;
  let client: KMSClient;
  beforeAll(async () => {
    kms = await startKmsServer(keyId);
    client = new KMSClient({
      region: 'us-east-1',
      endpoint: kms.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await kms.close();
  });

  it('opens a text that it sealed with the same context, and sends the context and key both times', async () => {
    const box = createKmsSecretBox(client, keyId);
    const sealed = await box.seal('sécret', context);
    expect(sealed).not.toContain('cret');
    expect(await box.open(sealed, context)).toBe('sécret');
    expect(kms.requests.map(({ target }) => target)).toEqual(['TrentService.Encrypt', 'TrentService.Decrypt']);
    for (const { body } of kms.requests)
      expect(JSON.parse(body)).toMatchObject({ KeyId: keyId, EncryptionContext: context });
  });

  it('opens nothing with another context or key, or after a change', async () => {
    const box = createKmsSecretBox(client, keyId);
    const sealed = await box.seal('secret', context);
    await expect(box.open(sealed, { ...context, tenantId: 'ten_c' })).rejects.toThrow();
    await expect(box.open(`AAAA${sealed.slice(4)}`, context)).rejects.toThrow();
    await expect(createKmsSecretBox(client, 'other').open(sealed, context)).rejects.toThrow();
  });

  it('rejects a text that is too long for KMS, without calling KMS', async () => {
    const box = createKmsSecretBox(client, keyId);
    const before = kms.requests.length;
    await expect(box.seal('é'.repeat(2_049), context)).rejects.toThrow(/4098 bytes; the maximum is 4096/);
    expect(kms.requests).toHaveLength(before);
    await expect(box.seal('é'.repeat(2_048), context)).resolves.toBeTypeOf('string');
  });
});
