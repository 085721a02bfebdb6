import type { JsonSchema } from '../../../functions/api/http/faults/json-schema.ts';
import { escapeHtml } from '../../../shared/report/words/format-text.ts';
import {
  type Answer,
  type OpenapiDocument,
  type Operation,
  type PlacedOperation,
  readName,
} from './openapi-document.ts';
import { renderInline, renderProse, renderType } from './render-schema.ts';

type Answers = [status: string, answer: Answer][];

export function renderOperation(document: OpenapiDocument, { method, path, operation }: PlacedOperation): string {
  return `<article id="${escapeHtml(operation.operationId)}">
<h3>${renderInline(operation.summary)}</h3>
<p class="route">${renderMethod(method)} <code>${escapeHtml(path)}</code></p>
${renderProse(operation.description)}
${renderParameters(document, operation)}
${renderBody(document, operation)}
<pre><code>${escapeHtml(renderCurl(document, method, path, operation))}</code></pre>
${renderAnswers(document, operation)}
</article>`;
}

export function renderMethod(method: string): string {
  return `<span class="method ${escapeHtml(method)}">${escapeHtml(method.toUpperCase())}</span>`;
}

function renderParameters({ components }: OpenapiDocument, { parameters }: Operation): string {
  const resolved = parameters.flatMap((each) =>
    '$ref' in each ? (components.parameters[readName(each.$ref)] ?? []) : each,
  );
  if (resolved.length === 0) return '';
  const rows = resolved.map(({ name, required, in: place, schema, description }) => {
    const mark = required ? ' <b>required</b>' : '';
    return `<tr><td><code>${escapeHtml(name)}</code>${mark}</td><td>${escapeHtml(place)}</td><td class="type">${renderType(schema)}</td><td>${renderInline(description)}</td></tr>`;
  });
  return renderTable(['Parameter', 'In', 'Type', 'Description'], rows);
}

function renderBody(document: OpenapiDocument, { requestBody }: Operation): string {
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return '';
  const needed = requestBody?.required === true ? '' : ' (optional)';
  const { description } = resolveSchema(document, schema);
  const text = description === undefined ? '' : `: ${renderInline(description)}`;
  return `<p>Body <span class="type">${renderType(schema)}</span>${needed}${text}</p>`;
}

/** Renders the responses of an operation. Error responses are collapsed, because all operations have similar ones. */
function renderAnswers(document: OpenapiDocument, { responses }: Operation): string {
  const answers: Answers = Object.entries(responses).map(([status, response]) => {
    if (!('$ref' in response)) return [status, response];
    const name = readName(response.$ref);
    return [status, document.components.responses[name] ?? { description: name, content: {} }];
  });
  const { good = [], bad } = Object.groupBy(answers, ([status]) => (Number(status) >= 400 ? 'bad' : 'good'));
  const statuses = bad?.map(([status]) => status).join(' · ');
  const folded =
    bad === undefined
      ? ''
      : `<details><summary>Errors <span class="type">${statuses}</span></summary>${renderAnswerTable(bad)}</details>`;
  return renderAnswerTable(good) + renderAnswerExample(document, good) + folded;
}

function renderAnswerExample(document: OpenapiDocument, good: Answers): string {
  const [example] = good.flatMap(([, { content }]) => listExamples(document, content['application/json']?.schema));
  if (example === undefined) return '';
  return `<details><summary>Example response</summary><pre><code>${escapeHtml(JSON.stringify(example, null, 2))}</code></pre></details>`;
}

function renderAnswerTable(answers: Answers): string {
  const rows = answers.map(([status, { description, content }]) => {
    const types = Object.entries(content).map(
      ([type, { schema }]) => `${escapeHtml(type)} <span class="type">${renderType(schema)}</span>`,
    );
    return `<tr><td class="status">${escapeHtml(status)}</td><td>${renderInline(description)}</td><td>${types.join('<br>')}</td></tr>`;
  });
  return renderTable(['Status', 'Response', 'Body'], rows);
}

function renderTable(heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((text) => `<th>${text}</th>`).join('');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderCurl(document: OpenapiDocument, method: string, path: string, operation: Operation): string {
  const shown = path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => `$${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
  );
  const data = renderCurlData(document, operation);
  // curl sends a POST by default if the command contains a body.
  const verb = method === 'get' || (method === 'post' && data.length > 0) ? '' : `-X ${method.toUpperCase()} `;
  const lines = [`curl -sS ${verb}"$TOKENMETER_URL${shown}"`];
  if (path.startsWith('/v1/')) lines.push('-H "Authorization: Bearer $TOKENMETER_API_KEY"');
  return [...lines, ...data].join(' \\\n  ');
}

/** Renders the curl options that send a body: the JSON example, or a file if the body is not JSON. */
function renderCurlData(document: OpenapiDocument, { requestBody }: Operation): string[] {
  const content = requestBody?.content ?? {};
  const [example] = listExamples(document, content['application/json']?.schema);
  const [type] = Object.keys(content);
  if (example !== undefined)
    return ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(example, null, 2).replaceAll("'", "'\\''")}'`];
  if (type === undefined || type === 'application/json') return [];
  return [`-H 'Content-Type: ${type}'`, '--data-binary @prompts.jsonl'];
}

function listExamples(document: OpenapiDocument, schema: JsonSchema | undefined): unknown[] {
  return schema === undefined ? [] : (resolveSchema(document, schema).examples ?? []);
}

function resolveSchema({ components }: OpenapiDocument, schema: JsonSchema): JsonSchema {
  return schema.$ref === undefined ? schema : (components.schemas[readName(schema.$ref)] ?? {});
}
