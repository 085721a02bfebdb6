import { html } from 'hono/html';
import type { Badge, Words } from '../../sections/document.ts';
import { replaceControls } from '../../words/plain-text.ts';

/** Markup whose foreign parts are escaped. */
export type Html = ReturnType<typeof html>;

export function writeWords(words: Words): Html {
  if (typeof words === 'string') return html`${replaceControls(words)}`;
  return html`${words.map((part) => {
    if (typeof part === 'string') return replaceControls(part);
    if ('code' in part) return html`<code>${replaceControls(part.code)}</code>`;
    return html`<a href="#${part.sectionId}">${replaceControls(part.text)}</a>`;
  })}`;
}

export function writeBadge({ text, tone }: Badge): Html {
  return html`<span class="badge ${tone}">${replaceControls(text)}</span>`;
}
