import { z } from 'zod';
import type { Answer, OpenapiDocument, Operation, SchemaNode } from '../openapi-document.ts';
import { escapeHtml, inlineHtml, proseHtml } from './escape-html.ts';
import { renderMethod } from './render-navigation.ts';
import { renderType } from './render-schema.ts';

/** Renders one operation: its description, parameters, body, curl example and responses. */
export function renderOperation(document: OpenapiDocument, method: string, path: string, operation: Operation): string {
  return `<article id="${escapeHtml(operation.operationId)}">
<h3>${inlineHtml(operation.summary)}</h3>
<p class="route">${renderMethod(method)} <code>${escapeHtml(path)}</code></p>
${proseHtml(operation.description ?? '')}
${renderParameters(operation)}
${renderBody(document, operation)}
<pre><code>${escapeHtml(renderCurl(document, method, path, operation))}</code></pre>
${renderAnswers(document, operation)}
</article>`;
}

function renderParameters({ parameters }: Operation): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map((parameter) => {
    const mark = parameter.required ? ' <b>required</b>' : '';
    return `<tr><td><code>${escapeHtml(parameter.name)}</code>${mark}</td><td>${escapeHtml(parameter.in)}</td><td class="type">${renderType(parameter.schema)}</td><td>${inlineHtml(parameter.description ?? '')}</td></tr>`;
  });
  return renderTable(['Parameter', 'In', 'Type', 'Description'], rows);
}

function renderBody(document: OpenapiDocument, operation: Operation): string {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema === undefined) return '';
  const needed = operation.requestBody?.required === true ? '' : ' (optional)';
  const description = resolveSchema(document, schema)['description'];
  const text = typeof description === 'string' ? `: ${inlineHtml(description)}` : '';
  return `<p>Body <span class="type">${renderType(schema)}</span>${needed}${text}</p>`;
}

/** Renders the successful responses with an example if there is one. Errors are folded, because they rarely differ. */
function renderAnswers(document: OpenapiDocument, { responses }: Operation): string {
  const statuses = Object.keys(responses);
  const failures = statuses.filter((status) => Number(status) >= 400);
  const good = Object.fromEntries(Object.entries(responses).filter(([status]) => !failures.includes(status)));
  const bad = Object.fromEntries(Object.entries(responses).filter(([status]) => failures.includes(status)));
  const folded =
    failures.length === 0
      ? ''
      : `<details><summary>Errors <span class="type">${failures.join(' · ')}</span></summary>${renderAnswerTable(document, bad)}</details>`;
  return renderAnswerTable(document, good) + renderAnswerExample(document, good) + folded;
}

function renderAnswerExample(document: OpenapiDocument, good: Operation['responses']): string {
  const [example] = Object.values(good).flatMap((response) =>
    readExamples(document, resolveAnswer(document, response).content?.['application/json']?.schema),
  );
  if (example === undefined) return '';
  return `<details><summary>Example response</summary><pre><code>${escapeHtml(JSON.stringify(example, null, 2))}</code></pre></details>`;
}

function readExamples(document: OpenapiDocument, schema: SchemaNode | undefined): unknown[] {
  const { data = [] } = z
    .array(z.unknown())
    .safeParse(schema === undefined ? [] : resolveSchema(document, schema)['examples']);
  return data;
}

function renderAnswerTable(document: OpenapiDocument, responses: Operation['responses']): string {
  const rows = Object.entries(responses).map(([status, response]) => {
    const { description, content = {} } = resolveAnswer(document, response);
    const types = Object.entries(content).map(
      ([type, { schema }]) => `${escapeHtml(type)} <span class="type">${renderType(schema)}</span>`,
    );
    return `<tr><td class="status">${escapeHtml(status)}</td><td>${inlineHtml(description)}</td><td>${types.join('<br>')}</td></tr>`;
  });
  return renderTable(['Status', 'Response', 'Body'], rows);
}

function renderTable(heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((text) => `<th>${text}</th>`).join('');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Renders a curl command, with the example of the body if there is one. */
function renderCurl(document: OpenapiDocument, method: string, path: string, operation: Operation): string {
  const shown = path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => `$${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
  );
  const data = renderCurlData(document, operation);
  // With a body, curl sends a POST by default.
  const verb = method === 'get' || (method === 'post' && data.length > 0) ? '' : `-X ${method.toUpperCase()} `;
  const lines = [`curl -sS ${verb}"$TOKENMETER_URL${shown}"`];
  if (path.startsWith('/v1/')) lines.push('-H "Authorization: Bearer $TOKENMETER_KEY"');
  return [...lines, ...data].join(' \\\n  ');
}

/** Renders the curl options of a body: the JSON example, or a file if the body is text. */
function renderCurlData(document: OpenapiDocument, { requestBody }: Operation): string[] {
  const content = requestBody?.content ?? {};
  const [example] = readExamples(document, content['application/json']?.schema);
  const [type] = Object.keys(content);
  if (example !== undefined)
    return ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(example, null, 2).replaceAll("'", "'\\''")}'`];
  if (type === undefined || type === 'application/json') return [];
  return [`-H 'Content-Type: ${type}'`, '--data-binary @prompts.jsonl'];
}

function resolveAnswer(document: OpenapiDocument, response: Operation['responses'][string]): Answer {
  if (!('$ref' in response)) return response;
  const name = response.$ref.slice(response.$ref.lastIndexOf('/') + 1);
  return document.components.responses[name] ?? { description: name };
}

function resolveSchema(document: OpenapiDocument, schema: SchemaNode): SchemaNode {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  return document.components.schemas[reference.slice(reference.lastIndexOf('/') + 1)] ?? {};
}
