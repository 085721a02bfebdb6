/** How stored secrets are encrypted: with a KMS key, or with the key in a file. */
type Sealing = { kind: 'kms'; keyId: string } | { kind: 'file'; path: string };

/** Chooses how secrets are encrypted. @throws Error if neither or both keys are given */
export function chooseSealing(keyId: string | undefined, path: string | undefined): Sealing {
  if (keyId !== undefined && path === undefined) return { kind: 'kms', keyId };
  if (path !== undefined && keyId === undefined) return { kind: 'file', path };
  throw new Error(
    'The environment variables are not valid. Set either KMS_KEY_ID (on AWS) or MASTER_KEY_FILE (on one machine), not both',
  );
}
