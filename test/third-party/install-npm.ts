import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../support/commands/run-command.ts';

/** Installs the dependencies of a package.json into a folder, or reuses an installation of the same ones. */
export async function installNpm(packageFile: string, folder: string): Promise<void> {
  const stampFile = join(folder, 'installed.txt');
  const wanted = await readFile(packageFile, 'utf8');
  const installed = await readFile(stampFile, 'utf8').catch(() => null);
  if (installed === wanted) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(packageFile, join(folder, 'package.json'));
  await runCommand({ command: 'npm', args: ['install', '--no-audit', '--no-fund'], cwd: folder });
  await writeFile(stampFile, wanted);
}
