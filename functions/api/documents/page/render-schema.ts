import { z } from 'zod';
import type { SchemaNode } from '../openapi-document.ts';
import { escapeHtml, inlineHtml } from './escape-html.ts';

const nodeSchema = z.record(z.string(), z.unknown());
const nodes = z.array(nodeSchema);
const names = z.array(z.string());
/** Maximum characters of a default on the line of its field. Longer defaults are folded. */
const maxInlineDefault = 48;

/** Renders a schema as nested lists of fields, each with its type, bounds, default and description. */
export function renderSchema(schema: SchemaNode): string {
  const branches = listBranches(schema);
  if (branches.length > 0) return `<ul>${branches.map((branch) => `<li>${renderBranch(branch)}</li>`).join('')}</ul>`;
  return renderFields(schema);
}

/** Renders an alternative, folded, because a reader needs only one. */
function renderBranch(branch: SchemaNode): string {
  const fixed = findFixedField(branch);
  const fields = renderFields(branch, fixed?.name);
  const label =
    fixed === null
      ? `${renderLine(branch)}${renderNames(branch)}`
      : `<span class="type">${escapeHtml(`${fixed.name}: ${JSON.stringify(fixed.value)}`)}</span>`;
  return fields === '' ? label : `<details><summary>${label}</summary>${fields}</details>`;
}

/** Renders the required fields of an alternative that no single field distinguishes. */
function renderNames(branch: SchemaNode): string {
  const { data: required = [] } = names.safeParse(branch['required']);
  return required.length === 0 ? '' : ` with <code>${required.map(escapeHtml).join('</code>, <code>')}</code>`;
}

/** @param without a field that the label already shows */
function renderFields(schema: SchemaNode, without?: string): string {
  const { data: own = {} } = z.record(z.string(), nodeSchema).safeParse(schema['properties']);
  const { [without ?? '']: _, ...properties } = own;
  const { data: required = [] } = names.safeParse(schema['required']);
  const { data: items } = nodeSchema.safeParse(schema['items']);
  const fields = Object.entries(properties).map(([name, field]) => {
    const mark = required.includes(name) ? ' <b>required</b>' : '';
    return `<li><code>${escapeHtml(name)}</code>${mark} ${renderLine(field)}${renderSchema(field)}</li>`;
  });
  const list = fields.length === 0 ? '' : `<ul>${fields.join('')}</ul>`;
  return list + (items === undefined ? '' : renderSchema(items));
}

/** Finds the field that distinguishes an alternative. Returns null if there is none. */
function findFixedField(branch: SchemaNode): { name: string; value: unknown } | null {
  const { data: properties = {} } = z.record(z.string(), nodeSchema).safeParse(branch['properties']);
  const fixed = Object.entries(properties).find(([, field]) => field['const'] !== undefined);
  return fixed === undefined ? null : { name: fixed[0], value: fixed[1]['const'] };
}

/** Renders type, bounds, default and description on one line. */
function renderLine(schema: SchemaNode): string {
  const parts = [`<span class="type">${renderType(schema)}</span>`];
  const given = schema['default'] === undefined ? null : JSON.stringify(schema['default']);
  if (given !== null && given.length <= maxInlineDefault) parts.push(`default <code>${escapeHtml(given)}</code>`);
  const description = schema['description'];
  if (typeof description === 'string') parts.push(inlineHtml(description));
  const text = parts.join(' · ');
  if (given === null || given.length <= maxInlineDefault) return text;
  const whole = escapeHtml(JSON.stringify(schema['default'], null, 2));
  return `${text}<details class="default"><summary>default</summary><pre><code>${whole}</code></pre></details>`;
}

/** Renders the type of a value in a word or two. */
export function renderType(schema: SchemaNode): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = escapeHtml(reference.slice(reference.lastIndexOf('/') + 1));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (schema['const'] !== undefined) return escapeHtml(JSON.stringify(schema['const']));
  const { data: values } = z.array(z.unknown()).safeParse(schema['enum']);
  if (values !== undefined) return values.map((value) => escapeHtml(JSON.stringify(value))).join(' | ');
  const branches = listAlternatives(schema);
  if (branches.length > 0) {
    const words = [...new Set(branches.map(renderType))];
    return words.join(' | ');
  }
  const { data: items } = nodeSchema.safeParse(schema['items']);
  if (items !== undefined) return `list of ${renderType(items)}`;
  const type = typeof schema['type'] === 'string' ? schema['type'] : 'any';
  return escapeHtml(`${type}${renderFormat(schema)}${renderBounds(schema)}`);
}

function listAlternatives(schema: SchemaNode): SchemaNode[] {
  const { data = [] } = nodes.safeParse(schema['oneOf'] ?? schema['anyOf']);
  return data;
}

/** Lists the alternatives that have fields. */
function listBranches(schema: SchemaNode): SchemaNode[] {
  return listAlternatives(schema).filter((branch) => branch['properties'] !== undefined);
}

function renderFormat(schema: SchemaNode): string {
  return typeof schema['format'] === 'string' ? ` (${schema['format']})` : '';
}

function renderBounds(schema: SchemaNode): string {
  const low = schema['minimum'] ?? schema['minLength'] ?? schema['minItems'];
  const high = schema['maximum'] ?? schema['maxLength'] ?? schema['maxItems'];
  const shown = (bound: unknown) => typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (shown(low) && shown(high)) return ` ${low}…${high}`;
  if (shown(low)) return ` ≥ ${low}`;
  return shown(high) ? ` ≤ ${high}` : '';
}
