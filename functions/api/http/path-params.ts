import type { Context } from 'hono';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type IdKind, idPrefixes, idSchema } from '../../../shared/ids/ids.ts';

/** The names of a path's parameters: `runId` and `chart` of `/v1/runs/{runId}/charts/{chart}`. */
export type ParamName<Path extends string> = string extends Path
  ? string
  : Path extends `${string}{${infer Name}}${infer Rest}`
    ? Name | ParamName<Rest>
    : never;

const kinds = Object.keys(idPrefixes) as IdKind[]; // the keys of a literal object are exactly its kinds

function findKind(parameter: PropertyKey | undefined): IdKind | undefined {
  return kinds.find((kind) => `${kind}Id` === parameter);
}

/** Names a kind of id in words: `API key`. */
export function nameKind(kind: IdKind): string {
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^api/, 'API');
}

/** Names several of a kind: `deliveries`. */
export function nameKinds(kind: IdKind): string {
  return `${nameKind(kind).replace(/([^aeiou])y$/, '$1ie')}s`;
}

/**
 * Builds the schema of a path's parameters; undefined if it has none. `{runId}` is an id of its kind.
 * @param others the schemas of the parameters that are not ids
 */
export function buildParamsSchema(path: string, others: Record<string, z.ZodType>): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return undefined;
  return z.object(Object.fromEntries(names.map((name) => [name, others[name] ?? buildIdParam(path, name)])));
}

function buildIdParam(path: string, name: string): z.ZodType {
  const kind = findKind(name);
  if (kind === undefined) throw new Error(`${path}: nothing is known of {${name}}`);
  return idSchema(kind).describe(`Of the form \`${idPrefixes[kind]}_…\``);
}

/**
 * Reads the parameters of the path.
 * @throws AppError NOT_FOUND: a malformed id cannot name a resource
 */
export function readParams(c: Context, schema: z.ZodObject | undefined): Record<string, unknown> {
  const parsed = schema?.safeParse(c.req.param());
  if (parsed === undefined) return {};
  if (parsed.success) return parsed.data;
  throw new AppError('NOT_FOUND', `There is nothing at ${c.req.path}${describeForm(parsed.error)}`);
}

/** Describes what the id would look like: ": a run id looks like run_…". */
function describeForm({ issues }: z.ZodError): string {
  const kind = findKind(issues[0]?.path[0]);
  if (kind === undefined) return '';
  const noun = nameKind(kind);
  return `: ${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun} id looks like ${idPrefixes[kind]}_… (26 characters after it)`;
}
