/** Caches number formats, because creating one takes over a thousand times as long as using it. */
const formats = new Map<number, Intl.NumberFormat>();

/** Formats a number with a fixed number of decimals, thousands separators, and a real minus sign (−). */
export function formatNumber(value: number, decimals: number): string {
  const known = formats.get(decimals);
  if (known !== undefined) return known.format(value).replace('-', '−');
  const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  formats.set(decimals, format);
  return format.format(value).replace('-', '−');
}

/** Returns the number of decimals that shows a number of this size with about four digits. */
export function chooseDecimals(size: number): number {
  const magnitude = Math.abs(size);
  if (magnitude >= 1_000) return 0;
  if (magnitude >= 100) return 1;
  return magnitude >= 10 || magnitude === 0 ? 2 : 3;
}

/** Formats a number with about four digits. */
export function formatShort(value: number): string {
  return formatNumber(value, chooseDecimals(value));
}

export function formatPercent(share: number): string {
  return `${formatNumber(share * 100, 1)} %`;
}

/** Formats a value with its uncertainty, both rounded to two digits of the uncertainty: "0.51 ± 0.05". */
export function formatUncertain(value: number, half: number): string {
  const decimals = half > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(half)))) : 3;
  return `${formatNumber(value, decimals)} ± ${formatNumber(half, decimals)}`;
}

export function formatProbability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : formatShort(p);
}

/** Formats a count with its noun: "1 request", "2 requests". */
export function countThings(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Replaces control characters with spaces, because they could move a terminal's cursor or change its colors. */
export function replaceControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Prepares untrusted text for one line of a terminal: removes control characters, and spaces at both ends. */
export function cleanText(text: string): string {
  return replaceControls(text).trim();
}

/** Returns plain text of at most `length` characters. If the text is longer, an ellipsis replaces its end. */
export function shortenText(text: string, length: number): string {
  const characters = [...cleanText(text)];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for use in HTML content and in quoted HTML attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
