import type { JsonSchema } from '../../../functions/api/http/faults/json-schema.ts';
import { escapeHtml } from '../../../shared/report/words/format-text.ts';
import { readName } from './openapi-document.ts';

/** Maximum length of a default value, in characters, that is shown next to its field. Longer values are collapsed. */
const maxInlineDefault = 48;

/** Renders a schema as nested lists of fields, each with its type, bounds, default, and description. */
export function renderSchema(schema: JsonSchema): string {
  const branches = listAlternatives(schema).filter(({ properties }) => properties !== undefined);
  if (branches.length > 0) return `<ul>${branches.map((branch) => `<li>${renderBranch(branch)}</li>`).join('')}</ul>`;
  return renderFields(schema);
}

/** Renders one alternative of a schema. It is collapsed, because a reader needs only one of the alternatives. */
function renderBranch(branch: JsonSchema): string {
  const fixed = Object.entries(branch.properties ?? {}).find(([, field]) => field.const !== undefined);
  const fields = renderFields(branch, fixed?.[0]);
  const label =
    fixed === undefined
      ? `${renderLine(branch)}${renderNames(branch)}`
      : `<span class="type">${escapeHtml(`${fixed[0]}: ${JSON.stringify(fixed[1].const)}`)}</span>`;
  return fields === '' ? label : `<details><summary>${label}</summary>${fields}</details>`;
}

/** Labels a schema alternative with its required fields. Used if no single field distinguishes the alternatives. */
function renderNames({ required = [] }: JsonSchema): string {
  return required.length === 0 ? '' : ` with <code>${required.map(escapeHtml).join('</code>, <code>')}</code>`;
}

/** Renders a schema's fields. Omits the field that `without` specifies, because the label already shows this field. */
function renderFields({ properties = {}, required = [], items }: JsonSchema, without?: string): string {
  const fields = Object.entries(properties)
    .filter(([name]) => name !== without)
    .map(([name, field]) => {
      const mark = required.includes(name) ? ' <b>required</b>' : '';
      return `<li><code>${escapeHtml(name)}</code>${mark} ${renderLine(field)}${renderSchema(field)}</li>`;
    });
  const list = fields.length === 0 ? '' : `<ul>${fields.join('')}</ul>`;
  return list + (items === undefined ? '' : renderSchema(items));
}

/** Renders the type, bounds, default, and description of a value on one line. */
function renderLine(schema: JsonSchema): string {
  const parts = [`<span class="type">${renderType(schema)}</span>`];
  const given = schema.default === undefined ? null : JSON.stringify(schema.default);
  const isInline = given !== null && given.length <= maxInlineDefault;
  if (isInline) parts.push(`default <code>${escapeHtml(given)}</code>`);
  if (schema.description !== undefined) parts.push(renderInline(schema.description));
  const text = parts.join(' · ');
  if (given === null || isInline) return text;
  const whole = escapeHtml(JSON.stringify(schema.default, null, 2));
  return `${text}<details class="default"><summary>default</summary><pre><code>${whole}</code></pre></details>`;
}

/** Renders the type of a value as one or two words, such as "integer" or "list of strings". */
export function renderType(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = escapeHtml(readName(schema.$ref));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return escapeHtml(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => escapeHtml(JSON.stringify(value))).join(' | ');
  const branches = listAlternatives(schema);
  if (branches.length > 0) return [...new Set(branches.map(renderType))].join(' | ');
  if (schema.items !== undefined) return `list of ${renderType(schema.items)}`;
  const { type = 'any', format } = schema;
  const types = [type].flat().join(' | ');
  return escapeHtml(`${types}${format === undefined ? '' : ` (${format})`}${renderBounds(schema)}`);
}

function listAlternatives({ oneOf, anyOf }: JsonSchema): JsonSchema[] {
  return oneOf ?? anyOf ?? [];
}

function renderBounds(schema: JsonSchema): string {
  const low = schema.minimum ?? schema.minLength ?? schema.minItems;
  const high = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const isShown = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isShown(low) && isShown(high)) return ` ${low}…${high}`;
  if (isShown(low)) return ` ≥ ${low}`;
  return isShown(high) ? ` ≤ ${high}` : '';
}

/** Renders paragraphs as HTML. Text between backticks becomes `<code>`. */
export function renderProse(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${renderInline(paragraph)}</p>`)
    .join('');
}

/** Renders one line of text as HTML. Text between backticks becomes `<code>`. */
export function renderInline(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
