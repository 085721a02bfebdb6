import { readFile, writeFile } from 'node:fs/promises';
import { generators } from './registry.ts';

/** Result of one generator. Without faults, the generator passed. */
export type Row = {
  name: string;
  language: string;
  version: string;
  skipped?: string;
  lines?: number;
  anonymousTypes?: number;
  numbers?: number;
  equalNumbers?: number;
  faults?: readonly string[];
};

const page = new URL('../../docs/clients.md', import.meta.url);

/** Writes a generator's row of the table in docs/clients.md. Keeps the row of an earlier run if this one is skipped. */
export async function writeTable(row: Row): Promise<void> {
  if (row.skipped !== undefined) return;
  const text = await readFile(page, 'utf8');
  const start = `| ${row.name} |`;
  const lines = text.split('\n').filter((line) => !line.startsWith(start));
  const order = generators.map(({ name }) => name);
  const head = lines.findIndex((line) => line.startsWith('| Generator |'));
  if (head === -1) throw new Error('docs/clients.md has no table of generators.');
  const earlier = order.slice(0, order.indexOf(row.name));
  const before = lines.slice(head + 2).filter((line) => earlier.some((name) => line.startsWith(`| ${name} |`)));
  lines.splice(head + 2 + before.length, 0, renderRow(row));
  await writeFile(page, lines.join('\n'));
}

function renderRow({
  name,
  language,
  version,
  lines,
  anonymousTypes,
  numbers,
  equalNumbers,
  faults = [],
}: Row): string {
  const result = faults.length === 0 ? 'whole run' : `${faults.length} faults`;
  const shown = [
    lines?.toLocaleString('en-US') ?? '–',
    anonymousTypes ?? '–',
    `${equalNumbers ?? 0} of ${numbers ?? 0}`,
  ];
  return `| ${[name, version, language, ...shown, result].join(' | ')} |`;
}
