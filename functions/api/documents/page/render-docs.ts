import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { DocsPage } from '../../http/api-env.ts';
import { listOperations, type OpenapiDocument, openapiDocumentSchema } from '../openapi-document.ts';
import { escapeHtml, inlineHtml, proseHtml } from './escape-html.ts';
import { pageStyle } from './page-style.ts';
import { renderErrors } from './render-errors.ts';
import { renderNavigation } from './render-navigation.ts';
import { renderOperation } from './render-operation.ts';
import { renderRunSpec, runSpecName } from './render-run-spec.ts';
import { renderSchema } from './render-schema.ts';
import { renderStart } from './render-start.ts';

/**
 * Renders the OpenAPI document as one page without scripts, fonts or images. Its content security policy allows only
 * the style sheet.
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

function renderTag(document: OpenapiDocument, tag: { name: string; description: string }): string {
  const operations = listOperations(document, tag.name).map(({ method, path, operation }) =>
    renderOperation(document, method, path, operation),
  );
  return `<section><h2>${escapeHtml(tag.name)}</h2><p>${inlineHtml(tag.description)}</p>${operations.join('\n')}</section>`;
}

function renderSchemas(document: OpenapiDocument): string {
  const others = Object.entries(document.components.schemas).filter(([name]) => name !== runSpecName);
  const schemas = others.map(([name, schema]) => {
    const description = typeof schema['description'] === 'string' ? `<p>${inlineHtml(schema['description'])}</p>` : '';
    return `<article id="schema-${escapeHtml(name)}"><details open><summary>${escapeHtml(name)}</summary>${description}${renderSchema(schema)}</details></article>`;
  });
  return `<section id="schemas"><h2>Schemas</h2><p>The <a href="#run-spec">run spec</a> has its own section.</p>${schemas.join('\n')}</section>`;
}
