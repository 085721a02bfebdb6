import { z } from 'zod';
import { escapeHtml, inlineHtml } from './escape-html.ts';
import type { SchemaNode } from './openapi-document.ts';

const nodeSchema = z.record(z.string(), z.unknown());
const nodes = z.array(nodeSchema);
const names = z.array(z.string());

/** A schema as nested lists of fields, each with its type, bounds, default and meaning. */
export function renderSchema(schema: SchemaNode): string {
  const branches = branchesOf(schema);
  if (branches.length > 0)
    return `<ul>${branches.map((branch) => `<li>${labelOf(branch)}${renderFields(branch)}</li>`).join('')}</ul>`;
  return renderFields(schema);
}

function renderFields(schema: SchemaNode): string {
  const { data: properties = {} } = z.record(z.string(), nodeSchema).safeParse(schema['properties']);
  const { data: required = [] } = names.safeParse(schema['required']);
  const { data: items } = nodeSchema.safeParse(schema['items']);
  const fields = Object.entries(properties).map(([name, field]) => {
    const mark = required.includes(name) ? ' <b title="required">*</b>' : '';
    return `<li><code>${escapeHtml(name)}</code>${mark} ${line(field)}${renderSchema(field)}</li>`;
  });
  const own = fields.length === 0 ? '' : `<ul>${fields.join('')}</ul>`;
  return own + (items === undefined ? '' : renderSchema(items));
}

/** An alternative by the field that tells it apart, where one does. */
function labelOf(branch: SchemaNode): string {
  const { data: properties = {} } = z.record(z.string(), nodeSchema).safeParse(branch['properties']);
  const fixed = Object.entries(properties).find(([, field]) => field['const'] !== undefined);
  if (fixed === undefined) return line(branch);
  return `<span class="type">${escapeHtml(`${fixed[0]}: ${JSON.stringify(fixed[1]['const'])}`)}</span>`;
}

/** Type, bounds, default and description on one line. */
function line(schema: SchemaNode): string {
  const parts = [`<span class="type">${typeOf(schema)}</span>`];
  if (schema['default'] !== undefined)
    parts.push(`default <code>${escapeHtml(JSON.stringify(schema['default']))}</code>`);
  const description = schema['description'];
  if (typeof description === 'string') parts.push(inlineHtml(description));
  return parts.join(' · ');
}

/** What a value is, in a word or two. */
export function typeOf(schema: SchemaNode): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = escapeHtml(reference.slice(reference.lastIndexOf('/') + 1));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (schema['const'] !== undefined) return escapeHtml(JSON.stringify(schema['const']));
  const { data: values } = z.array(z.unknown()).safeParse(schema['enum']);
  if (values !== undefined) return values.map((value) => escapeHtml(JSON.stringify(value))).join(' | ');
  const branches = alternativesOf(schema);
  if (branches.length > 0) {
    const words = [...new Set(branches.map(typeOf))];
    return words.join(' | ');
  }
  const { data: items } = nodeSchema.safeParse(schema['items']);
  if (items !== undefined) return `list of ${typeOf(items)}`;
  const type = typeof schema['type'] === 'string' ? schema['type'] : 'any';
  return escapeHtml(`${type}${formatOf(schema)}${boundsOf(schema)}`);
}

function alternativesOf(schema: SchemaNode): SchemaNode[] {
  const { data = [] } = nodes.safeParse(schema['oneOf'] ?? schema['anyOf']);
  return data;
}

/** Alternatives that are worth a list of their own: those with fields. */
function branchesOf(schema: SchemaNode): SchemaNode[] {
  return alternativesOf(schema).filter((branch) => branch['properties'] !== undefined);
}

function formatOf(schema: SchemaNode): string {
  return typeof schema['format'] === 'string' ? ` (${schema['format']})` : '';
}

function boundsOf(schema: SchemaNode): string {
  const low = schema['minimum'] ?? schema['minLength'] ?? schema['minItems'];
  const high = schema['maximum'] ?? schema['maxLength'] ?? schema['maxItems'];
  const shown = (bound: unknown) => typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (shown(low) && shown(high)) return ` ${low}…${high}`;
  if (shown(low)) return ` ≥ ${low}`;
  return shown(high) ? ` ≤ ${high}` : '';
}
