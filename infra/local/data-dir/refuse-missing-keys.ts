import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';

/** Names of the key files in the data directory, and what each is needed for. */
export const keyFiles = { apiKey: 'local-api-key', masterKey: 'master.key' } as const;

const remedies: Readonly<Record<string, string>> = {
  [keyFiles.apiKey]:
    'It contains the API key of the tenant that owns the data. Restore the file, or write another API key of this tenant into it (mode 0600).',
  [keyFiles.masterKey]: 'It decrypts the stored credentials and webhook secrets. Restore the file from a backup.',
};

/**
 * Checks that no key file is missing if the table contains data. New keys would silently hide the data in a new tenant.
 * @throws Error with each missing file and a remedy
 */
export async function refuseMissingKeys(dataDir: string, client: DynamoDBClient, tableName: string): Promise<void> {
  const missing = listMissingKeys(dataDir);
  if (missing.length === 0 || !(await containsData(client, tableName))) return;
  const reasons = missing.map(
    (name) => `${join(dataDir, name)} is missing, but the directory contains data. ${remedies[name]}`,
  );
  throw new Error(`${reasons.join('\n')}\nTo start without the data, set DATA_DIR to another directory.`);
}

/** Explains what a missing or damaged key file is needed for, and what to do. */
export function explainMissingKey(name: string): string {
  return remedies[name] ?? '';
}

export function listMissingKeys(dataDir: string): string[] {
  return Object.values(keyFiles).filter((name) => !existsSync(join(dataDir, name)));
}

/** Returns whether the table contains more than its format and API keys. A kill during the first start leaves only an API key. */
async function containsData(client: DynamoDBClient, tableName: string): Promise<boolean> {
  const pages = paginateScan({ client }, { TableName: tableName, ProjectionExpression: 'pk, sk' });
  for await (const { Items = [] } of pages)
    if (Items.some(({ sk }) => sk?.S !== undefined && !/^(API_KEY|FORMAT|RATE)/.test(sk.S))) return true;
  return false;
}
