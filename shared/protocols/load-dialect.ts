import type { Dialect } from './dialect.ts';
import type { Protocol } from './registry.ts';

export async function loadDialect(protocol: Protocol): Promise<Dialect> {
  // A dynamic import has no type. The contract tests check that every folder exports a dialect.
  const { dialect }: { dialect: Dialect } = await import(`./${protocol}/dialect.ts`);
  return dialect;
}
