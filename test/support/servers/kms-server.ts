import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { openServer } from './open-server.ts';

const requestSchema = z.object({
  KeyId: z.string(),
  Plaintext: z.base64().optional(),
  CiphertextBlob: z.base64().optional(),
  EncryptionContext: z.record(z.string(), z.string()).default({}),
});

/** A call to KMS. The access key id tells its caller; the names are those of the encryption context. */
export type KmsCall = { accessKeyId: string; operation: string; names: string[] };

/**
 * Starts a server with the part of the KMS protocol that a secret box needs, and one key that encrypts.
 * @param isAllowed whether the policy of the caller allows a call; by default, all callers may do everything
 */
export async function startKmsServer(keyId: string, isAllowed: (call: KmsCall) => boolean = () => true) {
  const key = randomBytes(32);
  const requests: { target: string; body: string }[] = [];
  const server = await openServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers['x-amz-target']);
    requests.push({ target, body });
    const parsed = requestSchema.parse(JSON.parse(body));
    const accessKeyId = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const operation = target.replace('TrentService.', '');
    const refused = !isAllowed({ accessKeyId, operation, names: Object.keys(parsed.EncryptionContext) });
    const [status, answer] = refused
      ? [400, { __type: 'AccessDeniedException', message: `${accessKeyId} may not call ${operation}` }]
      : answerTo(target, parsed, key, keyId);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
  return {
    endpoint: server.url,
    requests,
    close: server.close,
  };
}

function answerTo(
  target: string,
  request: z.infer<typeof requestSchema>,
  key: Buffer,
  keyId: string,
): [number, object] {
  const associated = Buffer.from(JSON.stringify(Object.entries(request.EncryptionContext).sort()));
  if (request.KeyId !== keyId) return [400, { __type: 'NotFoundException', message: 'no such key' }];
  if (target === 'TrentService.Encrypt') {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated);
    const ciphertext = [cipher.update(Buffer.from(request.Plaintext ?? '', 'base64')), cipher.final()];
    const blob = Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]);
    return [200, { KeyId: keyId, CiphertextBlob: blob.toString('base64') }];
  }
  const blob = Buffer.from(request.CiphertextBlob ?? '', 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12)).setAAD(associated);
    decipher.setAuthTag(blob.subarray(-16));
    const plaintext = Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
    return [200, { KeyId: keyId, Plaintext: plaintext.toString('base64') }];
  } catch {
    return [400, { __type: 'InvalidCiphertextException' }];
  }
}
