import type { Dialect } from '../../../shared/protocols/dialect.ts';
import { loadDialect } from '../../../shared/protocols/load-dialect.ts';
import type { Protocol } from '../../../shared/protocols/registry.ts';
import { protocolSchema } from '../../../shared/spec/target.ts';

const dialects = new Map<Protocol, Dialect>();
for (const protocol of protocolSchema.options) dialects.set(protocol, await loadDialect(protocol));

/** Returns a dialect synchronously, because this module loads all of them. */
export function getDialect(protocol: Protocol): Dialect {
  const dialect = dialects.get(protocol);
  if (dialect === undefined) throw new Error(`Protocol "${protocol}" does not exist.`);
  return dialect;
}
