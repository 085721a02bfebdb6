import { z } from 'zod';
import { escapeHtml, inlineHtml, proseHtml } from './escape-html.ts';
import type { Answer, OpenapiDocument, Operation, SchemaNode } from './openapi-document.ts';
import { typeOf } from './render-schema.ts';

/** One operation: what it does, what it takes with an example to paste, and what it answers. */
export function renderOperation(document: OpenapiDocument, method: string, path: string, operation: Operation): string {
  return `<article id="${escapeHtml(operation.operationId)}">
<h3>${inlineHtml(operation.summary)}</h3>
<p class="route"><span class="method ${escapeHtml(method)}">${escapeHtml(method.toUpperCase())}</span> <code>${escapeHtml(path)}</code></p>
${proseHtml(operation.description ?? '')}
${renderParameters(operation)}
${renderBody(document, operation)}
<pre><code>${escapeHtml(curlOf(document, method, path, operation))}</code></pre>
${renderAnswers(document, operation)}
</article>`;
}

function renderParameters({ parameters }: Operation): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map((parameter) => {
    const mark = parameter.required ? ' <b title="required">*</b>' : '';
    return `<tr><td><code>${escapeHtml(parameter.name)}</code>${mark}</td><td>${escapeHtml(parameter.in)}</td><td class="type">${typeOf(parameter.schema)}</td><td>${inlineHtml(parameter.description ?? '')}</td></tr>`;
  });
  return table(['Parameter', 'In', 'Type', ''], rows);
}

function renderBody(document: OpenapiDocument, operation: Operation): string {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema === undefined) return '';
  const needed = operation.requestBody?.required === true ? '' : ' (may be left out)';
  const description = resolve(document, schema)['description'];
  const text = typeof description === 'string' ? `: ${inlineHtml(description)}` : '';
  return `<p>Body <span class="type">${typeOf(schema)}</span>${needed}${text}</p>`;
}

function renderAnswers(document: OpenapiDocument, { responses }: Operation): string {
  const rows = Object.entries(responses).map(([status, response]) => {
    const { description, content = {} } = answerOf(document, response);
    const types = Object.entries(content).map(
      ([type, { schema }]) => `${escapeHtml(type)} <span class="type">${typeOf(schema)}</span>`,
    );
    return `<tr><td>${escapeHtml(status)}</td><td>${inlineHtml(description)}</td><td>${types.join('<br>')}</td></tr>`;
  });
  return table(['Status', 'When', 'Body'], rows);
}

function table(heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((text) => `<th>${text}</th>`).join('');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** A command line to paste, with the example of the body where the contract has one. */
function curlOf(document: OpenapiDocument, method: string, path: string, operation: Operation): string {
  const shown = path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => `$${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
  );
  const lines = [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"$TOKENMETER_URL${shown}"`];
  if (path.startsWith('/v1/')) lines.push('-H "Authorization: Bearer $TOKENMETER_KEY"');
  const schema = operation.requestBody?.content['application/json']?.schema;
  const { data: examples = [] } = z
    .array(z.unknown())
    .safeParse(schema === undefined ? [] : resolve(document, schema)['examples']);
  if (schema !== undefined && examples.length > 0) {
    lines.push('-H "Content-Type: application/json"');
    lines.push(`-d '${JSON.stringify(examples[0], null, 2)}'`);
  }
  return lines.join(' \\\n  ');
}

function answerOf(document: OpenapiDocument, response: Operation['responses'][string]): Answer {
  if (!('$ref' in response)) return response;
  const name = response.$ref.slice(response.$ref.lastIndexOf('/') + 1);
  return document.components.responses[name] ?? { description: name };
}

function resolve(document: OpenapiDocument, schema: SchemaNode): SchemaNode {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  return document.components.schemas[reference.slice(reference.lastIndexOf('/') + 1)] ?? {};
}
