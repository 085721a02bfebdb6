import type { JsonSchema } from './json-schema.ts';

/** Describes the accepted values as text that follows "Use", such as `a whole number from 1 to 20`. */
export function describeSchema(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches !== undefined) return [...new Set(branches.map(describeBranch))].join(', or ');
  switch (schema.type) {
    case 'string':
      return describeText(schema);
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return `a list of ${amount(schema.minItems, schema.maxItems, 'items')}`;
    case 'object':
      return schema.properties === undefined ? 'an object' : `an object with ${listFields(schema).join(', ')}`;
    default:
      return 'any JSON value';
  }
}

/** Describes a schema alternative by the field that distinguishes it from the others, if there is one. */
function describeBranch(branch: JsonSchema): string {
  const fixed = Object.entries(branch.properties ?? {}).find(([, property]) => property.const !== undefined);
  return fixed === undefined ? describeSchema(branch) : `{"${fixed[0]}": ${JSON.stringify(fixed[1].const)}, …}`;
}

function listFields(schema: JsonSchema): string[] {
  const required = schema.required ?? [];
  return required.length > 0 ? required : Object.keys(schema.properties ?? {});
}

function describeText({ format, minLength, maxLength, pattern }: JsonSchema): string {
  if (format === 'date') return 'a date, such as "2026-01-31"';
  if (format === 'date-time') return 'an instant, such as "2026-01-31T12:00:00Z"';
  const id = /^\^([a-z]{3})_\[/.exec(pattern ?? '');
  if (id !== null) return `an id of the form ${id[1]}_… (26 characters)`;
  return `text of ${amount(minLength, maxLength, 'characters')}`;
}

function amount(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max} ${unit}`;
  if (min !== undefined) return `${min} or more ${unit}`;
  return max === undefined ? `any number of ${unit}` : `up to ${max} ${unit}`;
}

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  // Bounds at the limits of safe integers are not shown, because they would not help the reader.
  const min = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const max = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const low =
    exclusiveMinimum === undefined ? (min === undefined ? '' : ` of ${min} or more`) : ` above ${exclusiveMinimum}`;
  return max === undefined ? low : `${low}${low === '' ? '' : ','} up to ${max}`;
}
