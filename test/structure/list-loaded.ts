import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Returns all files that load with these. Type imports load nothing. */
export function listLoaded(...entries: string[]): string[] {
  const loaded = new Set(entries);
  for (const file of loaded) {
    const text = readFileSync(resolve(root, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?'(\.[^']+\.ts)'/gm))
      loaded.add(relative(root, resolve(root, dirname(file), path)));
  }
  return [...loaded];
}
