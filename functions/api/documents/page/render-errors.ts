import { errorCodes } from '../../../../shared/errors/app-error.ts';
import { problemExample } from '../../http/problem.ts';
import { escapeHtml, inlineHtml } from './escape-html.ts';

/** Renders the title, cause and remedy of each error code. The `type` of a problem links to its entry. */
export function renderErrors(): string {
  const codes = Object.entries(errorCodes).map(
    ([code, { status, title, cause, cure }]) =>
      `<div class="code" id="${code}"><h3><code>${code}</code> <span class="status">${status}</span></h3><p><strong>${escapeHtml(title)}.</strong> ${inlineHtml(cause)}</p><p class="cure">${inlineHtml(cure)}</p></div>`,
  );
  return `<section id="errors"><h2>Errors</h2>
<p>Error responses are <a href="#schema-Problem">problem details</a> (RFC 9457). <code>type</code> links to the entry below, <code>code</code> is stable for programs, and <code>faults</code> has one entry per fault.</p>
<details><summary>Example</summary><pre><code>${escapeHtml(JSON.stringify(problemExample, null, 2))}</code></pre></details>
${codes.join('\n')}</section>`;
}
