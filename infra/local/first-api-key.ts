import { readFile } from 'node:fs/promises';
import { AppError } from '../../shared/domain/app-error.ts';
import type { Deps } from '../../shared/ports.ts';
import { authenticate } from '../../shared/usecases/authenticate.ts';
import { bootstrapApiKey } from '../../shared/usecases/bootstrap-api-key.ts';
import { writeSecretFile } from './write-secret-file.ts';

/** The key in the file, or, where there is none that still works, a new one, which is then written there (0600). */
export async function firstApiKey(
  deps: Pick<Deps, 'apiKeys' | 'clock' | 'config' | 'ids'>,
  path: string,
): Promise<string> {
  const kept = await readKey(path);
  if (kept !== null && (await works(deps, kept))) return kept;
  const { key } = await bootstrapApiKey(deps);
  writeSecretFile(path, `${key}\n`);
  return key;
}

async function readKey(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function works(deps: Pick<Deps, 'apiKeys' | 'clock' | 'config'>, key: string): Promise<boolean> {
  try {
    await authenticate(deps, `Bearer ${key}`);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return false;
    throw error;
  }
}
