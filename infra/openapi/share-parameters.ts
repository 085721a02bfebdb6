import type { SchemaObject } from './schemas/schema-object.ts';

type Operations = Record<string, Record<string, SchemaObject>>;

/**
 * Replaces parameters that several operations have with references, to keep the document small. If parameters with the
 * same name differ, only the most frequent one is shared.
 * @param paths the operations by path and method
 * @param taken names of schemas, which client generators must not confuse with parameters
 */
export function shareParameters(
  paths: Operations,
  taken: ReadonlySet<string>,
): { paths: Operations; parameters: Record<string, SchemaObject> } {
  const uses = new Map<string, { parameter: SchemaObject; count: number }>();
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods)))
    for (const parameter of listParameters(operation)) {
      const text = JSON.stringify(parameter);
      uses.set(text, { parameter, count: (uses.get(text)?.count ?? 0) + 1 });
    }
  const shared = new Map<string, string>();
  for (const [text, { parameter, count }] of [...uses].sort(([, a], [, b]) => b.count - a.count)) {
    const name = toPascalCase(String(parameter['name']));
    if (count > 1 && !taken.has(name) && ![...shared.values()].includes(name)) shared.set(text, name);
  }
  const refer = (parameter: SchemaObject): SchemaObject => {
    const name = shared.get(JSON.stringify(parameter));
    return name === undefined ? parameter : { $ref: `#/components/parameters/${name}` };
  };
  const parameters = [...shared].map(([text, name]) => [name, uses.get(text)?.parameter] as const);
  return {
    paths: mapOperations(paths, (operation) => ({ ...operation, parameters: listParameters(operation).map(refer) })),
    parameters: Object.fromEntries(parameters.sort(([a], [b]) => a.localeCompare(b, 'en'))) as Record<
      string,
      SchemaObject
    >,
  };
}

function listParameters(operation: SchemaObject): SchemaObject[] {
  return operation['parameters'] as SchemaObject[]; // describeOperation always sets the list
}

function mapOperations(paths: Operations, change: (operation: SchemaObject) => SchemaObject): Operations {
  const changeAll = (methods: Record<string, SchemaObject>) =>
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, change(operation)]));
  return Object.fromEntries(Object.entries(paths).map(([path, methods]) => [path, changeAll(methods)]));
}

/** Converts a parameter name such as `runId` or `Idempotency-Key` to the name of a component. */
function toPascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
