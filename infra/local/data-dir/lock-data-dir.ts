import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { formatFileName } from './data-format.ts';

const busy = 5; // error code 5 is SQLITE_BUSY
const ownerSchema = z.object({ pid: z.number() });
const lockFileName = 'lock.sqlite';

export type DataDirLock = { release(): void };

/** The open locks: a database that nothing refers to would be collected, and its lock released. */
const held = new Set<DatabaseSync>();

/**
 * Creates the data directory (mode 0700) if it does not exist, and locks it for this process. The lock is an open SQLite
 * transaction, which the operating system releases when the process ends, even after a kill. From then on, only the
 * user of this process can read the files that it creates.
 * @throws Error if another process uses the directory, or if it contains files of another program
 */
export function lockDataDir(dataDir: string): DataDirLock {
  refuseForeignDir(dataDir);
  // An existing directory keeps its mode, because the user may share it. Its new files are private in any case.
  process.umask(0o077);
  mkdirSync(dataDir, { recursive: true });
  const ownerFile = join(dataDir, 'server.json');
  const database = new DatabaseSync(join(dataDir, lockFileName));
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
  held.add(database);
  const release = () => {
    held.delete(database);
    database.close();
  };
  return { release };
}

/** Names of entries that do not make a directory foreign. The root directory of a disk contains `lost+found`. */
const ignoredEntries = new Set(['lost+found']);

function refuseForeignDir(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  const remedy = 'Set DATA_DIR to a new or empty directory.';
  if (!statSync(dataDir).isDirectory()) throw new Error(`${dataDir} is not a directory. ${remedy}`);
  const entries = readdirSync(dataDir).filter((name) => !ignoredEntries.has(name));
  if (entries.length === 0 || entries.includes(lockFileName) || entries.includes(formatFileName)) return;
  throw new Error(`${dataDir} contains files of another program, such as ${entries.sort()[0]}. ${remedy}`);
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
