import { z } from 'zod';

const resourceSchema = z.looseObject({
  Type: z.string(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
});
type Resource = z.infer<typeof resourceSchema>;

/** Fields of a CloudFormation template that are read. All others are kept. */
export const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.unknown()).optional(),
});
export type Template = z.infer<typeof templateSchema>;

export type Adapted = {
  template: Template;
  /** Removed logical ids by type. */
  removed: Map<string, string[]>;
  /** Removed outputs that referred to one of them. */
  removedOutputs: string[];
};

/**
 * Removes the resources of unsupported types from a template. References to them become a text, and outputs that refer to
 * them are removed.
 */
export function adaptTemplate(template: Template, isSupported: (type: string) => boolean): Adapted {
  const removed = new Map<string, string[]>();
  const gone = new Set<string>();
  for (const [id, { Type }] of Object.entries(template.Resources)) {
    if (isSupported(Type)) continue;
    gone.add(id);
    removed.set(Type, [...(removed.get(Type) ?? []), id]);
  }
  const outputs = Object.entries(template.Outputs ?? {});
  const removedOutputs = outputs.filter(([, output]) => refersTo(output, gone)).map(([name]) => name);
  const resources = Object.entries(template.Resources).filter(([id]) => !gone.has(id));
  return {
    template: {
      ...template,
      Resources: Object.fromEntries(resources.map(([id, resource]) => [id, adaptResource(resource, gone)])),
      Outputs: Object.fromEntries(outputs.filter(([name]) => !removedOutputs.includes(name))),
    },
    removed,
    removedOutputs,
  };
}

function adaptResource(resource: Resource, gone: ReadonlySet<string>): Resource {
  const dependsOn = [resource.DependsOn ?? []].flat().filter((id) => !gone.has(id));
  const { DependsOn: _, ...rest } = resourceSchema.parse(replaceReferences(resource, gone));
  return dependsOn.length === 0 ? rest : { ...rest, DependsOn: dependsOn };
}

function replaceReferences(value: unknown, gone: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((entry) => replaceReferences(entry, gone));
  if (typeof value !== 'object' || value === null) return value;
  const referred = readReference(value);
  if (referred !== null && gone.has(referred)) return `unsupported-${referred}`;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, replaceReferences(entry, gone)]));
}

function refersTo(value: unknown, gone: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const referred = readReference(value);
  if (referred !== null && gone.has(referred)) return true;
  return Object.values(value).some((entry) => refersTo(entry, gone));
}

/** Returns the logical id of a `Ref` or `Fn::GetAtt`. CDK writes no other references to resources. */
function readReference(value: object): string | null {
  if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0]);
  return null;
}
