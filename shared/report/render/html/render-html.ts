import { html, raw } from 'hono/html';
import type { Block, Document, Section } from '../../sections/document.ts';
import { pageTheme } from '../charts/chart-theme.ts';
import { renderChart } from '../charts/render-chart.ts';
import { pageStyle, reportContentSecurityPolicy } from './page-style.ts';
import { type Html, writeAttribute, writeBadge, writeTable, writeWords } from './write-table.ts';

/** Renders a document as a self-contained HTML page without scripts. The same document always gives the same bytes. */
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
<header><p class="kind">${margins.kind}</p><h1>${writeWords(title)}</h1>${headline}${writeBlocks(intro, reasons)}</header>
${writeNavigation(sections)}<main id="content">
${sections.map((section) => writeSection(section, reasons))}
</main>
<footer><p>${writeWords(margins.source)} This page is self-contained: it loads nothing and runs no script.</p></footer>
</body>
</html>`}\n`;
}

function writeNavigation(sections: readonly Section[]): Html | string {
  if (sections.length < 2) return '';
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${writeWords(title)}</a></li>`);
  return html`<nav aria-label="Sections"><ul>${links}</ul></nav>\n`;
}

function writeSection({ id, title, blocks }: Section, reasons: readonly string[]): Html {
  const body = writeBlocks(blocks, reasons);
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${writeWords(title)}</h2>${body}</section>\n`;
}

const classes = { aside: 'legend', formula: 'formula', warning: 'suspect' } as const;

function writeBlock(block: Block, reasons: readonly string[]): Html {
  switch (block.kind) {
    case 'table':
      return writeTable(block, reasons);
    case 'paragraph':
      return html`<p${writeAttribute('class', block.style && classes[block.style])}>${writeWords(block.words)}</p>`;
    case 'list':
      return html`<ul${writeAttribute('class', block.style)}>${block.items.map((item) => html`<li>${writeWords(item)}</li>`)}</ul>`;
    case 'badges':
      return html`<ul class="badges">${block.badges.map(writeLinkedBadge)}</ul>`;
    case 'facts':
      return html`<dl class="facts">${block.facts.map(writeFact)}</dl>`;
    case 'reasons':
      return html`<ol>${reasons.map((reason, i) => html`<li id="note-${i + 1}">${writeWords(reason)}</li>`)}</ol>`;
    case 'part':
      return writePart(block, reasons);
    case 'fold':
      return html`<details><summary>${writeWords(block.summary)}</summary>${writeBlocks(block.blocks, reasons)}</details>`;
    case 'code':
      return writeCode(block);
    case 'tiles':
      return writeTiles(block, reasons);
    case 'charts':
      return writeCharts(block);
  }
}

function writeBlocks(blocks: readonly Block[], reasons: readonly string[]): Html[] {
  return blocks.map((block) => writeBlock(block, reasons));
}

type BlockOf<Kind extends Block['kind']> = Extract<Block, { kind: Kind }>;

function writeLinkedBadge({ text, tone, sectionId }: BlockOf<'badges'>['badges'][number]): Html {
  const words = sectionId === undefined ? writeWords(text) : writeWords([{ text, sectionId }]);
  return html`<li class="badge ${tone}">${words}</li>`;
}

function writeFact({ label, lines }: BlockOf<'facts'>['facts'][number]): Html {
  return html`<div><dt>${writeWords(label)}</dt>${lines.map((line) => html`<dd>${writeWords(line)}</dd>`)}</div>`;
}

function writePart({ title, id, badge, isFolded, blocks }: BlockOf<'part'>, reasons: readonly string[]): Html {
  const name = html`${writeWords(title)}${badge === undefined ? '' : html` ${writeBadge(badge)}`}`;
  const heading = html`<h3${writeAttribute('id', id)}>${name}</h3>`;
  const body = writeBlocks(blocks, reasons);
  return isFolded
    ? html`<details class="part"><summary>${heading}</summary>${body}</details>`
    : html`<section class="part">${heading}${body}</section>`;
}

function writeCode({ text, label, isWrapped }: BlockOf<'code'>): Html {
  if (isWrapped) return html`<pre class="wrap"><code>${text}</code></pre>`;
  return html`<pre tabindex="0" aria-label="${label}"><code>${text}</code></pre>`;
}

function writeTiles({ label, tiles }: BlockOf<'tiles'>, reasons: readonly string[]): Html {
  const written = tiles.map(
    ({ title, table }) => html`<div class="tile"><h2>${title}</h2>${writeTable(table, reasons)}</div>`,
  );
  return html`<section class="tiles" aria-label="${label}">${written}</section>`;
}

/** Writes charts, each followed by its values as text. */
function writeCharts({ charts }: BlockOf<'charts'>): Html {
  const figures = charts.map(({ name, chart }) => {
    const svg = renderChart(chart, { theme: pageTheme, id: `chart-${name}`, source: null });
    const words = chart.words.map((line) => html`<li>${line}</li>`);
    return html`<figure><figcaption><h3>${chart.title}</h3><p>${chart.subtitle}</p></figcaption>${raw(svg)}<details><summary>Values as text</summary><ul>${words}</ul></details></figure>`;
  });
  return html`<div class="charts">${figures}</div>`;
}
