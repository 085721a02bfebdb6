import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A Markdown page: its path from the root of the project, and its text. */
export type Page = { path: string; text: string };

/** Reads every page of the documentation. */
export function readPages(): Page[] {
  return [
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...globSync('docs/**/*.md', { cwd: root }),
  ].map((path) => ({
    path,
    text: readFileSync(resolve(root, path), 'utf8'),
  }));
}

const fence = /^ *```(\w*)\n([\s\S]*?)^ *```/gm;

/** Returns the text without its code blocks. */
export function removeCode(text: string): string {
  return text.replaceAll(fence, '');
}

/** Lists the code blocks in a language. */
export function listCode(text: string, language: string): string[] {
  return [...text.matchAll(fence)].filter(([, name]) => name === language).map(([, , code = '']) => code);
}
