import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const busy = 5; // SQLITE_BUSY
const ownerSchema = z.object({ pid: z.number() });

export type DataDirLock = { release(): void };

/**
 * Locks the data directory for this process and creates it (mode 0700) if it does not exist. The lock is an open exclusive
 * SQLite transaction, which the kernel releases when the process ends, so a kill leaves no stale lock.
 * @throws Error with the process id of the owner if the directory is in use
 */
export function lockDataDir(dataDir: string): DataDirLock {
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
  const ownerFile = join(dataDir, 'server.json');
  const database = new DatabaseSync(join(dataDir, 'lock.sqlite'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `Another server${describeOwner(ownerFile)} is using ${dataDir}. Stop it, or set DATA_DIR to another directory.`,
    );
  }
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid }));
  return { release: () => database.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy;
}

function describeOwner(file: string): string {
  try {
    return ` (process ${ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).pid})`;
  } catch {
    return '';
  }
}
