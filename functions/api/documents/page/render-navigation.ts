import { listOperations, type OpenapiDocument } from '../openapi-document.ts';
import { escapeHtml } from './escape-html.ts';

/**
 * Renders links to all sections. On a narrow screen a checkbox folds them, which needs no script and works with a screen
 * reader and a keyboard.
 */
export function renderNavigation(document: OpenapiDocument): string {
  const groups = document.tags.map(({ name }) => {
    const links = listOperations(document, name).map(
      ({ method, path, operation }) =>
        `<a href="#${escapeHtml(operation.operationId)}" title="${escapeHtml(operation.summary)}">${renderMethod(method)}<span>${renderPath(path)}</span></a>`,
    );
    return `<h2>${escapeHtml(name)}</h2>${links.join('')}`;
  });
  return `<nav aria-label="Contents">
<input type="checkbox" id="menu"><label for="menu"><strong>${escapeHtml(document.info.title)} API</strong><span>Contents</span></label>
<div class="links"><h2>Basics</h2><a href="#start">Authentication</a><a href="#run-spec">Run spec</a><a href="#errors">Errors</a><a href="#schemas">Schemas</a>${groups.join('')}</div>
</nav>`;
}

/** Renders the badge of an HTTP method. */
export function renderMethod(method: string): string {
  return `<span class="method ${escapeHtml(method)}">${escapeHtml(method.toUpperCase())}</span>`;
}

/** Renders a path that may break after its slashes. */
function renderPath(path: string): string {
  return escapeHtml(path).replaceAll('/', '/<wbr>');
}
