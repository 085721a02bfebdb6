import { createKmsClient } from '../shared/adapters/aws-clients.ts';
import { createFileSecretBox } from '../shared/adapters/file-secret-box.ts';
import { createKmsSecretBox } from '../shared/adapters/kms-secret-box.ts';
import type { Config } from '../shared/config.ts';
import type { SecretBox } from '../shared/ports.ts';

/** Chooses how to seal secrets from the configuration: with KMS or with a key file. */
export function composeSecrets(config: Config): SecretBox {
  const { sealing } = config;
  if (sealing.kind === 'kms') return createKmsSecretBox(createKmsClient(config), sealing.keyId);
  return createFileSecretBox(sealing.path);
}
