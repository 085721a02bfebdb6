import { html } from 'hono/html';
import type { Block } from '../../sections/document.ts';
import { writeCharts } from './write-charts.ts';
import { writeTable } from './write-table.ts';
import { type Html, writeBadge, writeWords } from './write-words.ts';

const classes = { aside: 'legend', formula: 'formula', warning: 'suspect' } as const;

/** A block of a document as markup. */
export function writeBlock(block: Block, reasons: readonly string[]): Html {
  switch (block.kind) {
    case 'table':
      return writeTable(block, reasons);
    case 'paragraph':
      return block.style === undefined
        ? html`<p>${writeWords(block.words)}</p>`
        : html`<p class="${classes[block.style]}">${writeWords(block.words)}</p>`;
    case 'list': {
      const items = block.items.map((item) => html`<li>${writeWords(item)}</li>`);
      return block.style === undefined ? html`<ul>${items}</ul>` : html`<ul class="${block.style}">${items}</ul>`;
    }
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
      return writeCharts(block.report);
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
  const heading = id === undefined ? html`<h3>${name}</h3>` : html`<h3 id="${id}">${name}</h3>`;
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
