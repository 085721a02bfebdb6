import type { Context } from 'hono';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type IdKind, idPrefixes, idSchema } from '../../../shared/ids/ids.ts';

/** Names of the parameters in a path: `runId` and `chart` for `/v1/runs/{runId}/charts/{chart}`. */
export type ParamName<Path extends string> = string extends Path
  ? string
  : Path extends `${string}{${infer Name}}${infer Rest}`
    ? Name | ParamName<Rest>
    : never;

const kinds = Object.keys(idPrefixes) as IdKind[]; // the kinds are the keys of an object literal

function findKind(parameter: PropertyKey | undefined): IdKind | undefined {
  return kinds.find((kind) => `${kind}Id` === parameter);
}

/** Returns the name of a resource type in words, such as `API key`. */
export function nameKind(kind: IdKind): string {
  return kind
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/^(?:api|oidc)/, (word) => word.toUpperCase());
}

/** Adds the indefinite article to a noun, such as `an API key`. */
export function addArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** Returns the plural name of a resource type, such as `deliveries`. */
export function nameKinds(kind: IdKind): string {
  return `${nameKind(kind).replace(/([^aeiou])y$/, '$1ie')}s`;
}

/** Builds the schema of a path's parameters; undefined if the path has none. `others` defines the non-id parameters. */
export function buildParamsSchema(path: string, others: Record<string, z.ZodType>): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return undefined;
  return z.object(Object.fromEntries(names.map((name) => [name, others[name] ?? buildIdParam(path, name)])));
}

function buildIdParam(path: string, name: string): z.ZodType {
  const kind = findKind(name);
  if (kind === undefined) throw new Error(`Internal error: the parameter {${name}} of ${path} has no schema`);
  return idSchema(kind).describe(`Id in the form \`${idPrefixes[kind]}_…\``);
}

/** Reads the parameters in a request's path. Throws NOT_FOUND if a parameter is malformed. */
export function readParams(c: Context, schema: z.ZodObject | undefined): Record<string, unknown> {
  const parsed = schema?.safeParse(c.req.param());
  if (parsed === undefined) return {};
  if (parsed.success) return parsed.data;
  throw new AppError('NOT_FOUND', `No resource exists at ${c.req.path}${describeForm(parsed.error)}`);
}

function describeForm({ issues }: z.ZodError): string {
  const kind = findKind(issues[0]?.path[0]);
  if (kind === undefined) return '';
  const subject = addArticle(`${nameKind(kind)} id`);
  return `. A${subject.slice(1)} has the form ${idPrefixes[kind]}_… (26 characters after the underscore)`;
}
