import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { moveFromLevelDb, oldTableDirName } from './move-from-leveldb.ts';

/**
 * Format of the data directory that this version writes. Increase it, and add a migration, when earlier versions could
 * not read the directory.
 */
export const dataFormat = 2;

export const formatFileName = 'format.json';
const formatSchema = z.object({ format: z.number().int().min(1) });

/** Maps each earlier format to the function that converts a directory to the next one. A kill may interrupt it. */
const migrations: Readonly<Record<number, (dataDir: string) => Promise<void>>> = {
  // Version 0.1.0 wrote no format file, and stored the table in LevelDB.
  1: moveFromLevelDb,
};

/**
 * Converts the locked data directory to the present format, one format after another.
 * @returns the format before the conversion
 * @throws Error with both formats and a remedy if a later version wrote the directory
 */
export async function upgradeDataDir(dataDir: string): Promise<number> {
  const found = readDataFormat(dataDir);
  if (found > dataFormat)
    throw new Error(
      `${dataDir} has data format ${found}, which a later version of Tokenmeter wrote. This version reads formats 1 to ${dataFormat}. Install the later version, or set DATA_DIR to another directory.`,
    );
  for (let format = found; format < dataFormat; format++) await migrations[format]?.(dataDir);
  if (found < dataFormat) writeFormat(dataDir);
  return found;
}

/** Reads the format of a data directory. @throws Error if the format file is damaged */
export function readDataFormat(dataDir: string): number {
  const path = join(dataDir, formatFileName);
  if (!existsSync(path)) return 1;
  const parsed = formatSchema.safeParse(parseJson(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data.format;
  throw new Error(
    `${path} is damaged. If this version of Tokenmeter has used the directory before, replace the file's content with: {"format":${dataFormat}}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function writeFormat(dataDir: string): void {
  // Version 0.1.0 creates a directory with this name. The file stops it, so that it does not start with an empty table.
  const barrier = `Data format ${dataFormat}. Version 0.1.0 cannot read this directory.\n`;
  writeFileSync(join(dataDir, oldTableDirName), barrier);
  const draft = join(dataDir, `${formatFileName}.new`);
  writeFileSync(draft, `${JSON.stringify({ format: dataFormat })}\n`, { flush: true });
  renameSync(draft, join(dataDir, formatFileName));
}
