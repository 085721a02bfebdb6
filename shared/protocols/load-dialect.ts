import type { Dialect } from './dialect.ts';
import type { Protocol } from './registry.ts';

/** Loads the dialect of a protocol from the folder of that name, and no others. */
export async function loadDialect(protocol: Protocol): Promise<Dialect> {
  // A dynamic import has no type; the contract suite checks every folder.
  const { dialect }: { dialect: Dialect } = await import(`./${protocol}/dialect.ts`);
  return dialect;
}
