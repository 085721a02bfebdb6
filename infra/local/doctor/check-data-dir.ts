import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dataFormat, readDataFormat } from '../data-dir/data-format.ts';
import { lockDataDir } from '../data-dir/lock-data-dir.ts';
import { explainMissingKey, keyFiles, listMissingKeys } from '../data-dir/refuse-missing-keys.ts';
import { tableFileName } from '../stores/embedded-dynamodb.ts';
import { findDamagedItems } from './find-damaged-items.ts';

/** One result of the check. A problem has a remedy. */
export type Finding = { name: string; result: string; remedy: string | null };

const masterKeyBytes = 32;
const queueFile = join('sqs', 'fauxqs.db');

/**
 * Checks the data directory of a stopped service, and locks it in the meantime. Changes no data.
 * @throws Error with a remedy if the directory does not exist, is in use, or belongs to another program
 */
export async function checkDataDir(dataDir: string): Promise<Finding[]> {
  if (!existsSync(dataDir)) throw new Error(`${dataDir} does not exist. Set DATA_DIR to the data directory.`);
  const lock = lockDataDir(dataDir);
  try {
    const format = checkFormat(dataDir);
    const findings = [
      format,
      ...checkKeys(dataDir),
      checkDatabase(dataDir, queueFile, 'Delete it. The next start sends the messages of active runs again.'),
    ];
    const table = checkDatabase(
      dataDir,
      tableFileName,
      'Restore the data directory from a backup. Runs, reports, and credentials in damaged pages are lost.',
    );
    return table.remedy === null && existsSync(join(dataDir, tableFileName))
      ? [...findings, table, await checkItems(dataDir)]
      : [...findings, table];
  } finally {
    lock.release();
  }
}

function checkFormat(dataDir: string): Finding {
  const name = 'Format';
  try {
    const format = readDataFormat(dataDir);
    if (format > dataFormat)
      return {
        name,
        result: `${format}, but this version reads 1 to ${dataFormat}`,
        remedy: 'Install the later version.',
      };
    return {
      name,
      result: format < dataFormat ? `${format}; the next start converts it` : String(format),
      remedy: null,
    };
  } catch (error) {
    return { name, result: 'damaged', remedy: error instanceof Error ? error.message : String(error) };
  }
}

function checkKeys(dataDir: string): Finding[] {
  const missing = listMissingKeys(dataDir);
  return Object.values(keyFiles).map((name) => {
    if (missing.includes(name)) return { name, result: 'missing', remedy: explainMissingKey(name) };
    const bytes = readFileSync(join(dataDir, name)).length;
    const isDamaged = bytes === 0 || (name === keyFiles.masterKey && bytes !== masterKeyBytes);
    return {
      name,
      result: isDamaged ? `damaged (${bytes} bytes)` : 'present',
      remedy: isDamaged ? explainMissingKey(name) : null,
    };
  });
}

function checkDatabase(dataDir: string, name: string, remedy: string): Finding {
  const file = join(dataDir, name);
  if (!existsSync(file)) return { name, result: 'not created yet', remedy: null };
  try {
    const database = new DatabaseSync(file);
    try {
      const faults = database
        .prepare('PRAGMA integrity_check(3)')
        .all()
        .map((row) => String(row['integrity_check']));
      return faults.join() === 'ok'
        ? { name, result: 'intact', remedy: null }
        : { name, result: `damaged: ${faults.join('; ')}`, remedy };
    } finally {
      database.close();
    }
  } catch (error) {
    return { name, result: `damaged: ${error instanceof Error ? error.message : String(error)}`, remedy };
  }
}

async function checkItems(dataDir: string): Promise<Finding> {
  const damaged = await findDamagedItems(dataDir);
  if (damaged.length === 0) return { name: 'Items', result: 'all can be read', remedy: null };
  const remedy =
    'These items do not appear in lists. Delete each by its id through the API, or restore the data directory from a backup.';
  return { name: 'Items', result: `${damaged.length} cannot be read:\n  ${damaged.slice(0, 20).join('\n  ')}`, remedy };
}
