import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import type { Callback, Entries, RangeOptions, WriteOperation } from 'dynalite/db/index.js';
import { describeStorageError } from './storage-error.ts';

/** Number of entries in the first page of a range. Each page is twice as long as the one before, up to the maximum. */
const [firstPageSize, maxPageSize] = [4, 64];

type Row = { key: string; value: string };
type ReadPage = (range: RangeOptions, after: string | null, size: number) => Row[];

/**
 * Opens the ordered key-value store that dynalite needs, in one SQLite file. The order of keys is that of their UTF-8
 * bytes, as in LevelDB. Errors go to the callback or the stream, in the form that dynalite sends to its client.
 * @param file the database file, or `:memory:`
 */
export function openSqliteEntries(file: string): { entries: Entries; database: DatabaseSync } {
  const database = new DatabaseSync(file);
  // Nothing is lost if the process is killed. A power failure may lose the last writes but does not damage the file.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL)');
  const upsert = 'INSERT INTO entries VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
  const [put, get] = [database.prepare(upsert), database.prepare('SELECT value FROM entries WHERE key = ?')];
  const del = database.prepare('DELETE FROM entries WHERE key = ?');
  const write = (operation: WriteOperation) => {
    if (operation.type === 'put') put.run(operation.key, JSON.stringify(operation.value));
    else del.run(operation.key);
  };
  const readPage = prepareReads(database);
  const settle = <T>(callback: Callback<T>, action: () => T) => {
    const [error, value] = attempt(action);
    setImmediate(() => callback(error === null ? null : describeStorageError(error, file), value));
  };
  const stream = <T>(range: RangeOptions = {}, pick: (row: Row) => T) =>
    createStream(readPage, range, pick, (error) => describeStorageError(error, file));
  const entries: Entries = {
    get: (key, callback) => settle(callback, () => parseValue(get.get(key)?.['value'])),
    put: (key, value, callback) => settle(callback, () => write({ type: 'put', key, value })),
    del: (key, callback) => settle(callback, () => write({ type: 'del', key })),
    batch: (operations, callback) =>
      settle(callback, () => runInTransaction(database, () => operations.forEach(write))),
    createKeyStream: (range) => stream(range, ({ key }) => key),
    createValueStream: (range) => stream(range, ({ value }) => parseValue(value)),
  };
  return { entries, database };
}

/** Number of free pages (4 KB each) from which space is returned, and the maximum that one call returns. */
const [minFreePages, maxFreedPages] = [256, 2_048];

/** Returns the space of deleted entries to the file system, in short steps. */
export function returnSpace(database: DatabaseSync): void {
  const free = Number(database.prepare('PRAGMA freelist_count').get()?.['freelist_count'] ?? 0);
  if (free < minFreePages) return;
  database.exec(`PRAGMA incremental_vacuum(${maxFreedPages})`);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

const parseValue = (value: unknown) => (typeof value === 'string' ? JSON.parse(value) : undefined);

function attempt<T>(action: () => T): [null, T] | [unknown, undefined] {
  try {
    return [null, action()];
  } catch (error) {
    return [error, undefined];
  }
}

/** Runs the action so that all its writes are stored, or none. */
function runInTransaction(database: DatabaseSync, action: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    action();
    database.exec('COMMIT');
  } catch (error) {
    // SQLite may already have rolled back, for example because the disk is full.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Prepares one statement for each form of range, and returns a function that reads a page after the last key. */
function prepareReads(database: DatabaseSync): ReadPage {
  const prepare = (low: string, high: string, order: string) =>
    database.prepare(
      `SELECT key, value FROM entries WHERE key ${low} ? AND key ${high} ? ORDER BY key ${order} LIMIT ?`,
    );
  const statements = new Map<string, ReturnType<typeof prepare>>();
  return ({ gt, gte, lt, lte, reverse = false }, after, size) => {
    const low = after !== null && !reverse ? ['>', after] : gte !== undefined ? ['>=', gte] : ['>', gt ?? ''];
    const high = after !== null && reverse ? ['<', after] : lte !== undefined ? ['<=', lte] : ['<', lt ?? '\u{10ffff}'];
    const form = [low[0], high[0], reverse ? 'DESC' : 'ASC'] as const;
    const statement = statements.get(form.join()) ?? prepare(...(form as [string, string, string]));
    statements.set(form.join(), statement);
    return statement.all(low[1] ?? '', high[1] ?? '', size) as Row[]; // the columns of the statement
  };
}

function createStream<T>(
  readPage: ReadPage,
  range: RangeOptions,
  pick: (row: Row) => T,
  describe: (error: unknown) => Error,
): Readable {
  let after: string | null = null;
  let size = firstPageSize;
  let left = range.limit === undefined || range.limit < 0 ? Number.POSITIVE_INFINITY : range.limit;
  return new Readable({
    objectMode: true,
    highWaterMark: 1,
    read() {
      const wanted = Math.min(size, left);
      const [error, rows] = attempt(() => readPage(range, after, wanted).map((row) => [row.key, pick(row)] as const));
      if (rows === undefined) {
        this.destroy(describe(error));
        return;
      }
      after = rows.at(-1)?.[0] ?? after;
      left -= rows.length;
      size = Math.min(size * 2, maxPageSize);
      for (const [, value] of rows) this.push(value);
      if (rows.length < wanted || left <= 0) this.push(null);
    },
  });
}
