import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import type { DocsPage } from '../../../functions/api/http/operation.ts';
import { problemExample } from '../../../functions/api/http/problem.ts';
import { errorCodes } from '../../../shared/errors/app-error.ts';
import { escapeHtml } from '../../../shared/report/words/format-text.ts';
import { listOperations, type OpenapiDocument, openapiDocumentSchema } from './openapi-document.ts';
import { pageStyle } from './page-style.ts';
import { renderMethod, renderOperation } from './render-operation.ts';
import { renderInline, renderProse, renderSchema } from './render-schema.ts';

/** Renders the OpenAPI document as an HTML page without scripts, fonts, or images. The page loads only its styles. */
export function renderDocs(openapiYaml: string): DocsPage {
  const document = openapiDocumentSchema.parse(parse(openapiYaml));
  const hash = createHash('sha256').update(pageStyle).digest('base64');
  return {
    html: renderPage(document),
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function renderPage(document: OpenapiDocument): string {
  const { title, version, description } = document.info;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} API</title>
<style>${pageStyle}</style>
</head>
<body>
${renderNavigation(document)}
<main>
<h1>${escapeHtml(title)} API <small>version ${escapeHtml(version)} · <a href="/openapi.yaml">openapi.yaml</a> · <a href="/openapi.json">openapi.json</a></small></h1>
${renderProse(description)}
${renderStart()}
${renderRunSpec(document)}
${document.tags.map((tag) => renderTag(document, tag)).join('\n')}
${renderErrors()}
${renderSchemas(document)}
</main>
</body>
</html>
`;
}

/** Renders links to all sections. On a narrow screen, a checkbox expands and collapses them without a script. */
function renderNavigation(document: OpenapiDocument): string {
  const groups = document.tags.map(({ name }) => {
    const links = listOperations(document, name).map(
      ({ method, path, operation }) =>
        `<a href="#${escapeHtml(operation.operationId)}" title="${escapeHtml(operation.summary)}">${renderMethod(method)}<span>${escapeHtml(path).replaceAll('/', '/<wbr>')}</span></a>`,
    );
    return `<h2>${escapeHtml(name)}</h2>${links.join('')}`;
  });
  return `<nav aria-label="Contents">
<input type="checkbox" id="menu"><label for="menu"><strong>${escapeHtml(document.info.title)} API</strong><span>Contents</span></label>
<div class="links"><h2>Basics</h2><a href="#start">Authentication</a><a href="#run-spec">Run spec</a><a href="#errors">Errors</a><a href="#schemas">Schemas</a>${groups.join('')}</div>
</nav>`;
}

function renderTag(document: OpenapiDocument, tag: { name: string; description: string }): string {
  const operations = listOperations(document, tag.name).map((placed) => renderOperation(document, placed));
  return `<section><h2>${escapeHtml(tag.name)}</h2><p>${renderInline(tag.description)}</p>${operations.join('\n')}</section>`;
}

function renderSchemas(document: OpenapiDocument): string {
  const others = Object.entries(document.components.schemas).filter(([name]) => name !== runSpecName);
  const schemas = others.map(([name, schema]) => {
    const description = schema.description === undefined ? '' : `<p>${renderInline(schema.description)}</p>`;
    return `<article id="schema-${escapeHtml(name)}"><details open><summary>${escapeHtml(name)}</summary>${description}${renderSchema(schema)}</details></article>`;
  });
  return `<section id="schemas"><h2>Schemas</h2><p>The <a href="#run-spec">run spec</a> has its own section.</p>${schemas.join('\n')}</section>`;
}

const exports = `export TOKENMETER_URL=http://127.0.0.1:8787
export TOKENMETER_API_KEY=$(cat .data/local-api-key)`;

/** Renders the section that sets the shell variables used in the curl commands of the page. */
function renderStart(): string {
  return `<section id="start"><h2>Authentication</h2>
<p>The commands on this page use two variables. For a local service that runs with <code>npm start</code>:</p>
<pre><code>${escapeHtml(exports)}</code></pre>
<p>For another deployment, use the address of this page and your API key. Replace variables such as <code>$RUN_ID</code> with ids from earlier responses.</p></section>`;
}

/** Renders the title, cause, and remedy of each error code. The `type` field of an API error links to this section. */
function renderErrors(): string {
  const codes = Object.entries(errorCodes).map(
    ([code, { status, title, cause, cure }]) =>
      `<div class="code" id="${code}"><h3><code>${code}</code> <span class="status">${status}</span></h3><p><strong>${escapeHtml(title)}.</strong> ${renderInline(cause)}</p><p class="cure">${renderInline(cure)}</p></div>`,
  );
  return `<section id="errors"><h2>Errors</h2>
<p>Error responses are <a href="#schema-Problem">problem details</a> (RFC 9457). <code>type</code> links to the entry below, <code>code</code> is stable for programs, and <code>faults</code> has one entry per fault.</p>
<details><summary>Example</summary><pre><code>${escapeHtml(JSON.stringify(problemExample, null, 2))}</code></pre></details>
${codes.join('\n')}</section>`;
}

/** Name of the run spec's schema, which the API reference page shows in a separate section before the operations. */
const runSpecName = 'RunSpecInput';

const exampleSchema = z.looseObject({ name: z.string(), load: z.looseObject({ mode: z.string() }) });

function renderRunSpec(document: OpenapiDocument): string {
  const schema = document.components.schemas[runSpecName];
  if (schema === undefined) throw new Error(`Internal error: the OpenAPI document has no schema ${runSpecName}`);
  const description = schema.description === undefined ? '' : `${renderInline(schema.description)}. `;
  const examples = (schema.examples ?? []).map((example, position) => {
    const { name, load } = exampleSchema.parse(example);
    return `<details${position === 0 ? ' open' : ''}><summary>Load <code>${escapeHtml(load.mode)}</code>: ${escapeHtml(name)}</summary><pre><code>${escapeHtml(JSON.stringify(example, null, 2))}</code></pre></details>`;
  });
  return `<section id="run-spec"><h2>Run spec</h2>
<p>${description}It is the body of <a href="#createRun"><code>POST /v1/runs</code></a> and <a href="#createEstimate"><code>POST /v1/estimates</code></a>, which estimates a run without starting it.</p>
<h3>Examples by load mode</h3>
<p>Each example runs unchanged against the simulated provider (<code>npm run provider</code>).</p>
${examples.join('\n')}
<h3>Fields</h3>
<article id="schema-${runSpecName}">${renderSchema(schema)}</article></section>`;
}
