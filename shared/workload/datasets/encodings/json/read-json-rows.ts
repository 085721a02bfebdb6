import type { ParseJson, Row } from '../row.ts';

/**
 * Reads the items of a JSON list one by one, so that a long list does not hold up other work. An empty item is a fault,
 * except after the last comma.
 */
export function* readJsonRows(text: string, parseJson: ParseJson): Generator<Row> {
  const start = text.indexOf('[') + 1;
  let [depth, line, from, fromLine] = [0, 1 + countLines(text.slice(0, start)), start, 0];
  const take = (to: number): Row[] => {
    const own = text.slice(from, to);
    const first = own.search(/\S/);
    if (first < 0) return [];
    return [{ place: `line:${fromLine + countLines(own.slice(0, first))}`, ...parseJson(own.slice(first)) }];
  };
  fromLine = line;
  for (let index = start; index < text.length; index++) {
    const sign = text[index];
    if (sign === '\n') line++;
    else if (sign === '[' || sign === '{') depth++;
    else if (sign === ']' && depth === 0) {
      yield* take(index);
      const rest = text.slice(index + 1).trim();
      if (rest !== '') yield { place: `line:${line}`, faults: [endFault] };
      return;
    } else if (sign === ']' || sign === '}') depth--;
    else if (sign === ',' && depth === 0) {
      const rows = take(index);
      if (rows.length === 0) yield { place: `line:${line}`, faults: [emptyFault] };
      yield* rows;
      [from, fromLine] = [index + 1, line];
    } else if (sign === '"') {
      const end = findStringEnd(text, index);
      line += countLines(text.slice(index, end));
      index = end;
    }
  }
  yield* take(text.length);
  yield { place: `line:${line}`, faults: [{ ...endFault, fault: 'ends, but the JSON list has no closing ]' }] };
}

const emptyFault = {
  pointer: '',
  fault: 'has a comma without an item before it',
  remedy: 'Remove the comma, or add the item',
};

const endFault = {
  pointer: '',
  fault: 'continues after the end of the JSON list',
  remedy: 'Send one JSON list, or JSON Lines with one object per line',
};

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

/** Returns the index of the quote that closes a string, or the end of the text. A pattern would need quadratic time. */
function findStringEnd(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return Math.min(index, text.length);
}
