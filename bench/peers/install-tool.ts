import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const maxOutputBytes = 16 * 1_024 * 1_024;

/**
 * Makes a virtual environment with the tool, exactly as `requirements-<name>.txt` pins it; one that is there already and
 * was made of the same pins is kept.
 * @throws Error with what pip wrote
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

/** The version that is pinned for the tool of that name. */
export async function pinnedVersion(name: string): Promise<string> {
  const requirements = await readFile(join(here, `requirements-${name}.txt`), 'utf8');
  const version = new RegExp(`^${name}(?:\\[.*\\])?==(\\S+)`, 'm').exec(requirements)?.[1];
  if (version === undefined) throw new Error(`requirements-${name}.txt does not pin ${name}`);
  return version;
}
