import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Returns the names of the environment variables that a file of the configuration declares in its schema. */
export function readSettingNames(file: string): string[] {
  const source = readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
  return [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((match) => match[1] ?? '');
}
