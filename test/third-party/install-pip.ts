import { join } from 'node:path';
import { findPython, installRequirements } from '../support/python/install-requirements.ts';
import { cacheFolder } from './cache-folder.ts';

/** Installs the requirements of a server into an environment of its own. Returns the folder of its commands. */
export async function installPip(name: string): Promise<string> {
  const folder = join(cacheFolder, name);
  const requirements = join(import.meta.dirname, name, 'requirements.txt');
  await installRequirements(requirements, { python: await findPython('python3', '3.11'), folder });
  return join(folder, 'bin');
}

/** Returns the path of a command in the environment of a server. */
export function locateCommand(name: string, command: string): string {
  return join(cacheFolder, name, 'bin', command);
}
