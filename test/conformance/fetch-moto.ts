import { join } from 'node:path';
import { installRequirements } from '../support/python/install-requirements.ts';
import { cacheFolder } from './cache-folder.ts';
import { findTool, tools } from './find-tool.ts';

/**
 * Installs moto with the pins of `moto/requirements.txt`, or reuses an installation in the cache with the same pins.
 * @throws Error with the output of pip
 */
export async function fetchMoto(tell: (line: string) => void): Promise<string> {
  const requirementsFile = join(import.meta.dirname, 'moto', 'requirements.txt');
  const folder = join(cacheFolder, 'moto');
  tell('installing moto');
  await installRequirements(requirementsFile, { python: findTool(tools.python), folder });
  return folder;
}
