import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { SecretBox } from '../ports.ts';

/** What KMS encrypts directly; API keys and webhook secrets are far shorter, so no data key is needed. */
const maxPlaintextBytes = 4_096;

/**
 * Seals with a KMS key, the context as encryption context (which CloudTrail logs: it must hold ids only). A sealed text
 * is the base64 of what KMS gave. Opening names the key, so that a text sealed under a key of someone else's is refused.
 */
export function createKmsSecretBox(client: KMSClient, keyId: string): SecretBox {
  return {
    seal: async (plaintext, context) => {
      const bytes = Buffer.from(plaintext);
      if (bytes.length > maxPlaintextBytes)
        throw new RangeError(`A secret has ${bytes.length} bytes; ${maxPlaintextBytes} can be sealed`);
      const output = await client.send(
        new EncryptCommand({ KeyId: keyId, Plaintext: bytes, EncryptionContext: context }),
      );
      if (output.CiphertextBlob === undefined) throw new Error('KMS gave no ciphertext');
      return Buffer.from(output.CiphertextBlob).toString('base64');
    },
    open: async (sealed, context) => {
      const output = await client.send(
        new DecryptCommand({
          KeyId: keyId,
          CiphertextBlob: Buffer.from(sealed, 'base64'),
          EncryptionContext: context,
        }),
      );
      if (output.Plaintext === undefined) throw new Error('KMS gave no plaintext');
      return Buffer.from(output.Plaintext).toString('utf8');
    },
  };
}
