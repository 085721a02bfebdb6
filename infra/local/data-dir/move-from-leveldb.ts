import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Store, WriteOperation } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import { tableFileName } from '../stores/embedded-dynamodb.ts';
import { openSqliteEntries } from '../stores/sqlite-entries.ts';

/** Directory of the LevelDB database in format 1. */
export const oldTableDirName = 'dynamodb';
const batchSize = 500;

/**
 * Copies the table from LevelDB to SQLite, and then deletes the LevelDB database. An interrupted copy starts again.
 * @throws Error with the damaged directory and a remedy if LevelDB cannot read an entry
 */
export async function moveFromLevelDb(dataDir: string): Promise<void> {
  const oldDir = join(dataDir, oldTableDirName);
  // A deletion that a kill interrupted must not look like a database, so the directory is renamed before it is deleted.
  const convertedDir = `${oldDir}.converted`;
  rmSync(convertedDir, { recursive: true, force: true });
  if (!existsSync(oldDir) || !statSync(oldDir).isDirectory()) return;
  const draft = join(dataDir, `${tableFileName}.new`);
  for (const suffix of ['', '-wal', '-journal']) rmSync(`${draft}${suffix}`, { force: true });
  const store = db.create({ path: oldDir });
  try {
    await copyEntries(store, draft);
  } catch (error) {
    throw new Error(
      `The table in ${oldDir} could not be converted to the present data format, and is unchanged (${String(error)}). If a file is damaged, restore ${dataDir} from a backup, or set DATA_DIR to another directory.`,
      { cause: error },
    );
  } finally {
    await promisify<void>((callback) => store.db.close(callback))();
  }
  renameSync(draft, join(dataDir, tableFileName));
  renameSync(oldDir, convertedDir);
  rmSync(convertedDir, { recursive: true });
}

async function copyEntries(store: Store, file: string): Promise<void> {
  const { entries, database } = openSqliteEntries(file);
  try {
    const write = (operations: WriteOperation[]) =>
      promisify<void>((callback) => entries.batch(operations, callback))();
    let pending: WriteOperation[] = [];
    for await (const [key, value] of store.db.iterator()) {
      pending.push({ type: 'put', key, value });
      if (pending.length < batchSize) continue;
      await write(pending);
      pending = [];
    }
    await write(pending);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
