const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * Makes what the library draws fit to stand alone or in a page: with a name and a description, without what only a pointer
 * would need, and with ids of its own. The library numbers its charts through the life of the process, so that ids would
 * differ from drawing to drawing.
 */
export function finishSvg(
  svg: string,
  { id, title, words }: { id: string; title: string; words: readonly string[] },
): string {
  const [opening = ''] = /^<svg [^>]*>/.exec(svg) ?? [];
  const viewBox = /viewBox="([^"]*)"/.exec(opening)?.[1];
  if (viewBox === undefined) throw new Error('The chart library drew no SVG with a view box');
  const body = svg
    .slice(opening.length)
    .replaceAll(/<style ?>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ class="zr\d+-cls-\d+"/g, '')
    .replaceAll(' pointer-events="visible"', '')
    .replaceAll(/ ecmeta_\w+="[^"]*"/g, '')
    .replaceAll(/><\/(path|rect|circle|line|polyline|polygon)>/g, '/>')
    .replaceAll(/zr\d+-/g, `${id}-`)
    .replaceAll('font-family:sans-serif;', '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" style="font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"><title id="${id}-title">${escapeXml(title)}</title><desc id="${id}-desc">${escapeXml(words.join(' '))}</desc>${body}`;
}
