import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installRequirements, readPin } from '../../test/support/python/install-requirements.ts';

const locateRequirements = (name: string) => fileURLToPath(new URL(`./requirements-${name}.txt`, import.meta.url));

/**
 * Creates a virtual environment with the tool as pinned in `requirements-<name>.txt`, or reuses one with the same pins.
 * Returns its folder.
 */
export async function installTool(name: string, { python, dir }: { python: string; dir: string }): Promise<string> {
  const folder = join(dir, name);
  await installRequirements(locateRequirements(name), { python, folder });
  return folder;
}

/** Reads the pinned version of a tool. */
export function readPinnedVersion(name: string): Promise<string> {
  return readPin(locateRequirements(name), name);
}
