import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { contract, listOperations } from '../support/service/contract.ts';
import type { Generator } from './generator.ts';

export type ClientSize = { lines: number; anonymousTypes: string[]; lost: string[] };

/** Counts the lines and invented types of a generated client, and lists the parts of the contract that it lacks. */
export async function measureClient(
  work: string,
  { client, anonymousType }: Pick<Generator, 'client' | 'anonymousType'>,
): Promise<ClientSize> {
  const folder = join(work, client.folder);
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(client.ending));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const whole = texts.join('\n');
  // Some clients have a file, not a name, for each operation.
  const words = normalize([...files, whole].join('\n'));
  const names = [...listOperations().map(({ operationId }) => operationId), ...listTypes()];
  return {
    lines: texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0),
    anonymousTypes: [...new Set(whole.match(new RegExp(anonymousType, 'gm')) ?? [])],
    lost: names.filter((name) => !words.includes(normalize(name))),
  };
}

/** Lists the named schemas that need a type: not those for any value, for maps, and for forms. */
function listTypes(): string[] {
  const schemas = z.record(z.string(), z.looseObject({})).parse(contract.components.schemas);
  const isType = (schema: object) => ['properties', 'oneOf', 'enum'].some((keyword) => keyword in schema);
  return Object.keys(schemas).filter((name) => !name.endsWith('Form') && isType(schemas[name] ?? {}));
}

/** Removes what generators change in names: case and separators. */
function normalize(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9\n]/g, '');
}
