import { html, raw } from 'hono/html';
import { reportContentSecurityPolicy } from './content-security-policy.ts';
import type { Html } from './html.ts';
import { pageStyle } from './page-style.ts';

export type PageSection = { id: string; title: string; body: Html | Html[] | string };

export type Page = {
  /** Of the browser's tab. */
  title: string;
  header: Html;
  sections: readonly PageSection[];
  /** Where the page comes from. */
  footer: Html | string;
};

/** A page that needs nothing else: no script, no request, its style within. Sections without a body are left out. */
export function renderPage({ title, header, sections, footer }: Page): string {
  const shown = sections.filter(({ body }) => !isEmpty(body));
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${reportContentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Tokenmeter report</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#content">To the numbers</a>
${header}
${navigation(shown)}<main id="content">
${shown.map(({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>\n`)}
</main>
<footer><p>${footer} This page holds all it needs: it asks for nothing and runs no script.</p></footer>
</body>
</html>`}\n`;
}

/** Of one section alone there is nowhere to go. */
function navigation(sections: readonly PageSection[]): Html | string {
  if (sections.length < 2) return '';
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="Sections"><ul>${links}</ul></nav>\n`;
}

function isEmpty(body: PageSection['body']): boolean {
  return Array.isArray(body) ? body.length === 0 : body === '';
}
