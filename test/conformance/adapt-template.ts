import { z } from 'zod';

const resourceSchema = z.looseObject({
  Type: z.string(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
});
type Resource = z.infer<typeof resourceSchema>;

/** What is looked at of a CloudFormation template; the rest is kept as it is. */
export const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.unknown()).optional(),
});
export type Template = z.infer<typeof templateSchema>;

export type Adapted = {
  template: Template;
  /** Logical ids that were taken out, by type. */
  leftOut: Map<string, string[]>;
  /** Outputs that told of one of them. */
  outputsLeftOut: string[];
};

/**
 * The template without the resources of unsupported types. Where another resource refers to one of them it gets a text in
 * its place, and outputs that do are left out.
 */
export function adaptTemplate(template: Template, isSupported: (type: string) => boolean): Adapted {
  const leftOut = new Map<string, string[]>();
  const gone = new Set<string>();
  for (const [id, { Type }] of Object.entries(template.Resources)) {
    if (isSupported(Type)) continue;
    gone.add(id);
    leftOut.set(Type, [...(leftOut.get(Type) ?? []), id]);
  }
  const outputs = Object.entries(template.Outputs ?? {});
  const outputsLeftOut = outputs.filter(([, output]) => refersTo(output, gone)).map(([name]) => name);
  const resources = Object.entries(template.Resources).filter(([id]) => !gone.has(id));
  return {
    template: {
      ...template,
      Resources: Object.fromEntries(resources.map(([id, resource]) => [id, adaptResource(resource, gone)])),
      Outputs: Object.fromEntries(outputs.filter(([name]) => !outputsLeftOut.includes(name))),
    },
    leftOut,
    outputsLeftOut,
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
  const referred = referenceOf(value);
  if (referred !== null && gone.has(referred)) return `unsupported-${referred}`;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, replaceReferences(entry, gone)]));
}

function refersTo(value: unknown, gone: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const referred = referenceOf(value);
  if (referred !== null && gone.has(referred)) return true;
  return Object.values(value).some((entry) => refersTo(entry, gone));
}

/** The logical id that `Ref` or `Fn::GetAtt` names. CDK writes no other kind of reference to a resource. */
function referenceOf(value: object): string | null {
  if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0]);
  return null;
}
