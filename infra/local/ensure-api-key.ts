import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Deps } from '../../shared/ports.ts';
import { keepFirstApiKey } from '../keep-first-api-key.ts';

/** Returns the API key in the file. If the file has no working key, creates a key and writes the file (mode 0600). */
export function ensureApiKey(
  deps: Pick<Deps, 'apiKeys' | 'clock' | 'config' | 'ids'>,
  path: string,
): Promise<{ key: string; created: boolean }> {
  const keeper = { read: () => readKey(path), write: async (key: string) => writeSecretFile(path, `${key}\n`) };
  return keepFirstApiKey(deps, keeper);
}

async function readKey(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a file atomically. Only the file's owner can read it. */
function writeSecretFile(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}
