import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const maxOutputBytes = 16 * 1_024 * 1_024;

/**
 * Creates a virtual environment with the tool as pinned in `requirements-<name>.txt`. An existing one with the same pins is
 * reused.
 * @throws Error with the output of pip
 */
export async function installTool(name: string, { python, dir }: { python: string; dir: string }): Promise<string> {
  const environmentDir = join(dir, name);
  const requirementsFile = join(here, `requirements-${name}.txt`);
  const stampFile = join(environmentDir, 'installed.txt');
  const requirements = await readFile(requirementsFile, 'utf8');
  const installed = await readFile(stampFile, 'utf8').catch(() => null);
  if (installed === requirements) return environmentDir;
  await rm(environmentDir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await run(python, ['-m', 'venv', environmentDir]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirementsFile];
  await run(join(environmentDir, 'bin', 'python3'), pip, { maxBuffer: maxOutputBytes });
  await writeFile(stampFile, requirements);
  return environmentDir;
}

/** Reads the pinned version of a tool. */
export async function readPinnedVersion(name: string): Promise<string> {
  const requirements = await readFile(join(here, `requirements-${name}.txt`), 'utf8');
  const version = new RegExp(`^${name}(?:\\[.*\\])?==(\\S+)`, 'm').exec(requirements)?.[1];
  if (version === undefined) throw new Error(`requirements-${name}.txt does not pin ${name}.`);
  return version;
}

const program = 'import sys; print(sys.executable if sys.version_info >= (3, 12) else "")';

/**
 * Finds the path of a Python, because the tools run in an environment without the caller's PATH.
 * @throws Error if it does not run or is older than 3.12
 */
export async function findPython(name: string): Promise<string> {
  const { stdout } = await run(name, ['-c', program]).catch((error: Error) => {
    throw new Error(`--python ${name} does not run (${error.message}). Give the path of Python 3.12 or later.`);
  });
  const path = stdout.trim();
  if (path === '') throw new Error(`--python ${name} is older than 3.12. Give the path of Python 3.12 or later.`);
  return path;
}
