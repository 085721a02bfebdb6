import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { errorCodes } from '../../../shared/domain/app-error.ts';
import type { DocsPage } from '../api-env.ts';
import { escapeHtml, inlineHtml, proseHtml } from './escape-html.ts';
import { type OpenapiDocument, openapiDocumentSchema } from './openapi-document.ts';
import { pageStyle } from './page-style.ts';
import { renderOperation } from './render-operation.ts';
import { renderSchema } from './render-schema.ts';

/**
 * The contract as one page without scripts, fonts or images: it reads the same with no network. The policy lets the
 * page's own style sheet through, by its hash, and nothing else.
 */
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
<h1>${escapeHtml(title)} API <small>version ${escapeHtml(version)} · <a href="/openapi.yaml">openapi.yaml</a></small></h1>
${proseHtml(description)}
${document.tags.map((tag) => renderTag(document, tag)).join('\n')}
${renderErrors()}
${renderSchemas(document)}
</main>
</body>
</html>
`;
}

function operationsOf(document: OpenapiDocument, tag: string) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ path, method, operation })),
  );
}

function renderNavigation(document: OpenapiDocument): string {
  const groups = document.tags.map(({ name }) => {
    const links = operationsOf(document, name).map(
      ({ operation }) => `<a href="#${escapeHtml(operation.operationId)}">${inlineHtml(operation.summary)}</a>`,
    );
    return `<h2>${escapeHtml(name)}</h2>${links.join('')}`;
  });
  return `<nav aria-label="Operations"><strong>${escapeHtml(document.info.title)}</strong>${groups.join('')}<h2>Reference</h2><a href="#errors">Errors</a><a href="#schemas">Schemas</a></nav>`;
}

function renderTag(document: OpenapiDocument, tag: { name: string; description: string }): string {
  const operations = operationsOf(document, tag.name).map(({ method, path, operation }) =>
    renderOperation(document, method, path, operation),
  );
  return `<section><h2>${escapeHtml(tag.name)}</h2><p>${inlineHtml(tag.description)}</p>${operations.join('\n')}</section>`;
}

function renderErrors(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<section id="errors"><h2>Errors</h2><p>Answers that are not a success are problem details (RFC 9457) with one of these codes.</p><div class="wide"><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function renderSchemas(document: OpenapiDocument): string {
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => {
    const description = typeof schema['description'] === 'string' ? `<p>${inlineHtml(schema['description'])}</p>` : '';
    return `<article id="schema-${escapeHtml(name)}"><details open><summary>${escapeHtml(name)}</summary>${description}${renderSchema(schema)}</details></article>`;
  });
  return `<section id="schemas"><h2>Schemas</h2>${schemas.join('\n')}</section>`;
}
