/** What begins a block where it stands first: a heading, a list, a quotation, a rule, a box to tick. */
const blockStart = /^(\s*)([-+>#=~]|\[(?=[ xX]\])|\d{1,9}(?=[.)](?:\s|$)))/;

/**
 * Plain text as Markdown (CommonMark with GitHub's extensions) that shows it as it is: nothing in it becomes a heading, an
 * emphasis, a link, an image, a mention, a table cell or HTML. What means nothing where it stands stays as it is.
 */
export function escapeMarkdown(text: string): string {
  return escapeInline(text).replace(blockStart, (_, space: string, mark: string) =>
    /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
  );
}

/** The same within a line, where nothing begins a block: in a cell of a table. */
export function escapeInline(text: string): string {
  return (
    text
      .replaceAll(/[\\`*|~$]/g, '\\$&')
      // A link or its definition needs one of these after its bracket, a tag one of those after its own.
      .replaceAll(/\](?=[([:])/g, '\\]')
      .replaceAll(/<(?=[A-Za-z/!?])/g, '\\<')
      .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replaceAll(/&(?=#?\w+;)/g, '\\&')
      .replaceAll(/(?<=\b(?:https?|ftp)):(?=\/\/)/gi, '\\:')
      .replaceAll(/\b(www)\./gi, '$1\\.')
      .replaceAll('@', '&#64;')
  );
}
