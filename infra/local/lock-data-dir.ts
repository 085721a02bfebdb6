import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const busy = 5; // error code 5 is SQLITE_BUSY
const ownerSchema = z.object({ pid: z.number() });

export type DataDirLock = { release(): void };

/**
 * Creates the data directory (mode 0700) if necessary, and locks it for this process. The lock is an open SQLite
 * transaction, which the operating system releases when the process ends, even after a kill.
 * @throws Error with the owner's process id if another process uses the directory
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
