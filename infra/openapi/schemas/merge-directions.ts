import { isSchema } from './find-discriminator.ts';
import { type NamedSchemas, nameSchemas } from './name-schemas.ts';
import type { SchemaObject } from './schema-object.ts';
import { shortenResponse } from './shorten-response.ts';

const published = '#/components/schemas/';

export const prefixes = { input: '#/input/', output: '#/output/' } as const;

/** Responses whose fields the schema of a request with another name describes. */
const describedBy: Readonly<Record<string, string>> = {
  RunSpec: 'RunSpecInput',
  ScheduledRunSpec: 'RunSpecInput',
  Target: 'TargetSpec',
};

/**
 * Finishes a document whose references name a direction: names its anonymous schemas, and merges the schemas of
 * requests and responses. Where the two of a name differ, the one of requests ends in `Input`.
 */
export function mergeDirections(
  input: NamedSchemas,
  output: NamedSchemas,
): { schemas: Record<string, SchemaObject>; publish(part: SchemaObject): SchemaObject } {
  const taken = new Set([...input.keys(), ...output.keys()]);
  const inDirections = nameSchemas([input, output], taken, (index) => (index === 0 ? prefixes.input : prefixes.output));
  const [requests = new Map(), responses = new Map()] = inDirections;
  const differing = findDiffering(requests, responses);
  const rename = (name: string) => (differing.has(name) ? `${name}Input` : name);
  const publish = (part: SchemaObject) =>
    mapReferences(part, (reference) =>
      reference.startsWith(prefixes.input)
        ? published + rename(reference.slice(prefixes.input.length))
        : reference.replace(prefixes.output, published),
    );
  const shorten = (name: string, schema: SchemaObject) => {
    const request = differing.has(name) ? name : describedBy[name];
    return request === undefined ? schema : shortenResponse(schema, requests.get(request));
  };
  const merged = new Map([...responses].map(([name, schema]) => [name, publish(shorten(name, schema))]));
  for (const [name, schema] of requests) {
    const final = rename(name);
    if (final !== name && (responses.has(final) || requests.has(final)))
      throw new Error(`Two different schemas have the name ${final}. Rename one of them.`);
    merged.set(final, publish('title' in schema ? { ...schema, title: final } : schema));
  }
  return { schemas: Object.fromEntries([...merged].sort(([a], [b]) => a.localeCompare(b, 'en'))), publish };
}

/** Lists the names whose schemas differ between requests and responses, or refer to one that differs. */
function findDiffering(requests: NamedSchemas, responses: NamedSchemas): Set<string> {
  const differing = new Set<string>();
  const isEqual = (name: string) => {
    const text = (schema: SchemaObject | undefined) =>
      JSON.stringify(mapReferences(schema ?? {}, (reference) => readKey(reference, differing)));
    return text(requests.get(name)) === text(responses.get(name));
  };
  const shared = [...requests.keys()].filter((name) => responses.has(name));
  for (let found = -1; found !== differing.size; ) {
    found = differing.size;
    for (const name of shared) if (!isEqual(name)) differing.add(name);
  }
  return differing;
}

/** Returns a reference without its direction, unless the directions differ. */
function readKey(reference: string, differing: ReadonlySet<string>): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return differing.has(name) ? reference : name;
}

function mapReferences(part: SchemaObject, change: (reference: string) => string): SchemaObject {
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string') return /^#\/(input|output)\//.test(value) ? change(value) : value;
    if (Array.isArray(value)) return value.map(visit);
    return isSchema(value) ? mapReferences(value, change) : value;
  };
  return Object.fromEntries(Object.entries(part).map(([keyword, value]) => [keyword, visit(value)]));
}
