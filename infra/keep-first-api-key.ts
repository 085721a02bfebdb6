import { bootstrapApiKey } from '../functions/api/api-keys/create-api-key.ts';
import { authenticateKey } from '../functions/api/http/auth/admit-request.ts';
import { AppError } from '../shared/errors/app-error.ts';
import type { Deps } from '../shared/ports.ts';

/** Place where the text of an API key is stored. */
export type KeyKeeper = { read(): Promise<string | null>; write(key: string): Promise<void> };

/** Returns the API key in the keeper. If the keeper has no working key, creates a key and stores its text there. */
export async function keepFirstApiKey(
  deps: Pick<Deps, 'apiKeys' | 'clock' | 'config' | 'ids'>,
  keeper: KeyKeeper,
): Promise<{ key: string; created: boolean }> {
  const kept = await keeper.read();
  if (kept !== null && (await works(deps, kept))) return { key: kept, created: false };
  const { key } = await bootstrapApiKey(deps);
  await keeper.write(key);
  return { key, created: true };
}

async function works(deps: Pick<Deps, 'apiKeys' | 'clock' | 'config'>, key: string): Promise<boolean> {
  try {
    await authenticateKey(deps, `Bearer ${key}`);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return false;
    throw error;
  }
}
