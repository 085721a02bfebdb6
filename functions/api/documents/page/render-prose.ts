import { escapeHtml } from '../../../../shared/report/words/format-text.ts';

/** Renders paragraphs as HTML. Text between backticks becomes `<code>`. */
export function renderProse(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${renderInline(paragraph)}</p>`)
    .join('');
}

/** Renders one line of text as HTML. Text between backticks becomes `<code>`. */
export function renderInline(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
