import type { Dialect } from './dialect.ts';
import type { Protocol } from './registry.ts';

/** Loads the dialect of a protocol from the folder of that name, and nothing of the others. */
export async function loadDialect(protocol: Protocol): Promise<Dialect> {
  // The contract suite loads every folder: what an import by name returns has no type of its own.
  const { dialect }: { dialect: Dialect } = await import(`./${protocol}/dialect.ts`);
  return dialect;
}
