import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython, installRequirements } from '../support/python/install-requirements.ts';

const requirements = join(import.meta.dirname, 'requirements.txt');
const compare = join(import.meta.dirname, 'compare.py');

/**
 * Compares the percentiles of `report.json` in the folder with those that DuckDB and pandas compute from the archive in the
 * folder. Installs both on first use. Returns how many percentiles are equal to 1e-12.
 * @throws Error that lists the percentiles that differ
 */
export async function compareWithReport(folder: string): Promise<string> {
  const tools = join(homedir(), '.cache', 'tokenmeter', 'parquet');
  await installRequirements(requirements, { python: await findPython('python3', '3.11'), folder: tools });
  try {
    const { stdout } = await promisify(execFile)(join(tools, 'bin', 'python3'), [compare, folder]);
    return stdout.trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }; // an error of `execFile`
    throw new Error(`The archive does not match the report. ${stdout}${stderr}`, { cause: error });
  }
}
