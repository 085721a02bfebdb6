import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Folders whose imports are checked. Tests are checked only as targets, because nothing may import them. */
const sources = ['shared', 'functions', 'infra', 'bench'];

/** Two entries (files or folders) of one folder, the first of which imports the second, and an example of such an import. */
export interface SiblingImport {
  readonly folder: string;
  readonly from: string;
  readonly to: string;
  readonly example: string;
}

/** Returns the TypeScript files under a folder, as paths from the root of the repository. */
export function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('node_modules'))
    .map((file) => join(folder, file));
}

export function countLines(file: string): number {
  return readFileSync(join(root, file), 'utf8').split('\n').length - 1;
}

/** Returns the files that a file imports, as paths from the root of the repository. */
export function listImports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g)].map((match) =>
    relative(root, resolve(root, dirname(file), match[1] ?? '')),
  );
}

/** Reduces an import of one file by another to the two entries of the lowest folder that holds both. */
export function findSiblings(file: string, imported: string): Omit<SiblingImport, 'example'> {
  const from = file.split('/');
  const to = imported.split('/');
  const depth = from.findIndex((part, index) => part !== to[index]);
  return {
    folder: from.slice(0, depth).join('/'),
    from: from.slice(0, depth + 1).join('/'),
    to: to.slice(0, depth + 1).join('/'),
  };
}

/** Returns every pair of siblings in the tree of which one imports the other. A file that imports itself is not a pair. */
export function readSiblings(): SiblingImport[] {
  const siblings = new Map<string, SiblingImport>();
  for (const file of sources.flatMap(listSources)) {
    for (const imported of listImports(file)) {
      const pair = findSiblings(file, imported);
      const key = `${pair.from} -> ${pair.to}`;
      if (!siblings.has(key)) siblings.set(key, { ...pair, example: `${file} -> ${imported}` });
    }
  }
  return [...siblings.values()];
}
