import { html, raw } from 'hono/html';
import type { Document, Section } from '../../sections/document.ts';
import { pageStyle, reportContentSecurityPolicy } from './page-style.ts';
import { writeBlock } from './write-block.ts';
import { type Html, writeWords } from './write-table.ts';

/**
 * Renders a document as a self-contained HTML page with its style and charts, without scripts and further requests. The same
 * document gives the same bytes.
 */
export function renderHtml({ title, summary, intro, sections, reasons, margins }: Document): string {
  const headline = summary === '' ? '' : html`<p class="headline">${writeWords(summary)}</p>`;
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${reportContentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${writeWords(title)} · Tokenmeter report</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header><p class="kind">${margins.kind}</p><h1>${writeWords(title)}</h1>${headline}${intro.map((block) => writeBlock(block, reasons))}</header>
${writeNavigation(sections)}<main id="content">
${sections.map((section) => writeSection(section, reasons))}
</main>
<footer><p>${writeWords(margins.source)} This page is self-contained: it loads nothing and runs no script.</p></footer>
</body>
</html>`}\n`;
}

/** Writes links to the sections; nothing for a single section. */
function writeNavigation(sections: readonly Section[]): Html | string {
  if (sections.length < 2) return '';
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${writeWords(title)}</a></li>`);
  return html`<nav aria-label="Sections"><ul>${links}</ul></nav>\n`;
}

function writeSection({ id, title, blocks }: Section, reasons: readonly string[]): Html {
  const body = blocks.map((block) => writeBlock(block, reasons));
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${writeWords(title)}</h2>${body}</section>\n`;
}
