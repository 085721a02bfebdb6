/** What begins a block where it stands first: a heading, a list, a quotation, a rule. */
const blockStart = /^(\s*)([-+>#=~]|\d{1,9}(?=[.)](?:\s|$)))/;

/**
 * Plain text as Markdown (CommonMark with GitHub's extensions) that shows it as it is: nothing in it becomes a heading, an
 * emphasis, a link, an image, a table cell or HTML. An underscore within a word means nothing there, and stays.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*[\]<>|~$]/g, '\\$&')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replaceAll(/&(?=#?\w+;)/g, '\\&')
    .replaceAll(/(?<=\b(?:https?|ftp)):(?=\/\/)/gi, '\\:')
    .replaceAll(/\b(www)\./gi, '$1\\.')
    .replaceAll('@', '&#64;')
    .replace(blockStart, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );
}
