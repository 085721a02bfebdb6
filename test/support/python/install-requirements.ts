import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const maxOutputBytes = 16 * 1_024 * 1_024;

/**
 * Creates a virtual environment in `folder` with the pins of a requirements file. An existing one with the same pins is
 * reused.
 * @throws Error with the output of pip
 */
export async function installRequirements(
  requirementsFile: string,
  { python, folder }: { python: string; folder: string },
): Promise<void> {
  const stampFile = join(folder, 'installed.txt');
  const requirements = await readFile(requirementsFile, 'utf8');
  const installed = await readFile(stampFile, 'utf8').catch(() => null);
  if (installed === requirements) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await run(python, ['-m', 'venv', folder]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirementsFile];
  await run(join(folder, 'bin', 'python3'), pip, { maxBuffer: maxOutputBytes });
  await writeFile(stampFile, requirements);
}

/** Reads the pinned version of a package. */
export async function readPin(requirementsFile: string, name: string): Promise<string> {
  const requirements = await readFile(requirementsFile, 'utf8');
  const version = new RegExp(`^${name}(?:\\[.*\\])?==(\\S+)`, 'm').exec(requirements)?.[1];
  if (version === undefined) throw new Error(`${requirementsFile} does not pin ${name}.`);
  return version;
}

/**
 * Finds the path of a Python, because the tools run in an environment without the caller's PATH.
 * @throws Error if it does not run or is older than `least`, such as 3.12
 */
export async function findPython(name: string, least: string): Promise<string> {
  const [major, minor] = least.split('.');
  const program = `import sys; print(sys.executable if sys.version_info >= (${major}, ${minor}) else "")`;
  const { stdout } = await run(name, ['-c', program]).catch((error: Error) => {
    throw new Error(`--python ${name} does not run (${error.message}). Give the path of Python ${least} or later.`);
  });
  const path = stdout.trim();
  if (path === '') throw new Error(`--python ${name} is too old. Give the path of Python ${least} or later.`);
  return path;
}
