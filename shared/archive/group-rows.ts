/** Number of samples in a row group, which is the smallest part of a file that a reader decodes. */
export const maxGroupRows = 10_000;

/** Joins and splits lists: yields all items in lists of `length`, except for the last list. */
export async function* groupRows<T>(lists: AsyncIterable<readonly T[]>, length: number): AsyncGenerator<readonly T[]> {
  let rest: readonly T[] = [];
  for await (const list of lists) {
    let start = 0;
    if (rest.length > 0) {
      start = Math.min(list.length, length - rest.length);
      rest = [...rest, ...list.slice(0, start)];
      if (rest.length < length) continue;
      yield rest;
    }
    for (; list.length - start >= length; start += length) yield list.slice(start, start + length);
    rest = list.slice(start);
  }
  if (rest.length > 0) yield rest;
}
