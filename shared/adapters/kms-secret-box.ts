import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { SecretBox } from '../ports.ts';

/** Maximum size in bytes that KMS encrypts directly. API keys and webhook secrets are much shorter. */
const maxPlaintextBytes = 4_096;

/**
 * Creates a secret box that encrypts with a KMS key and returns base64. The context must contain only ids, because
 * CloudTrail logs it. Decryption specifies the key, so that KMS rejects texts that another key encrypted.
 */
export function createKmsSecretBox(client: KMSClient, keyId: string): SecretBox {
  return {
    seal: async (plaintext, context) => {
      const bytes = Buffer.from(plaintext);
      if (bytes.length > maxPlaintextBytes)
        throw new RangeError(`A secret has ${bytes.length} bytes; the maximum is ${maxPlaintextBytes}`);
      const input = { KeyId: keyId, Plaintext: bytes, EncryptionContext: context };
      const output = await client.send(new EncryptCommand(input));
      if (output.CiphertextBlob === undefined) throw new Error('KMS returned no ciphertext');
      return Buffer.from(output.CiphertextBlob).toString('base64');
    },
    open: async (sealed, context) => {
      const input = { KeyId: keyId, CiphertextBlob: Buffer.from(sealed, 'base64'), EncryptionContext: context };
      const output = await client.send(new DecryptCommand(input));
      if (output.Plaintext === undefined) throw new Error('KMS returned no plaintext');
      return Buffer.from(output.Plaintext).toString('utf8');
    },
  };
}
