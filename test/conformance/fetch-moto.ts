import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.ts';
import { findTool, tools } from './find-tool.ts';

const execute = promisify(execFile);

/**
 * Creates a virtual environment with the pins of `moto/requirements.txt`, or reuses one in the cache with the same pins.
 * @throws Error with the output of pip
 */
export async function fetchMoto(tell: (line: string) => void): Promise<string> {
  const requirementsFile = join(import.meta.dirname, 'moto', 'requirements.txt');
  const folder = join(cacheFolder, 'moto');
  const stampFile = join(folder, 'fetched.txt');
  const requirements = await readFile(requirementsFile, 'utf8');
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === requirements) return folder;
  const python = findTool(tools.python);
  tell('fetching moto from PyPI');
  await rm(folder, { recursive: true, force: true });
  try {
    await execute(python, ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirementsFile];
    await execute(join(folder, 'bin', 'python'), pip);
  } catch (error) {
    throw new Error('pip could not install moto.', { cause: error });
  }
  await writeFile(stampFile, requirements);
  return folder;
}
