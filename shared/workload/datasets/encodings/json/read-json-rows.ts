import type { ParseJson, Row } from '../row.ts';

/** A JSON string, or a character that starts or ends a value, an item, or a line. */
const mark = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},\n]/gs;

/** Reads the items of a JSON list one by one, so that a long list does not hold up other work. */
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
  for (const { 0: found, index } of text.slice(start).matchAll(mark)) {
    if (found === '\n') line++;
    else if (found === '[' || found === '{') depth++;
    else if (found === ']' && depth === 0) {
      yield* take(start + index);
      const rest = text.slice(start + index + 1).trim();
      if (rest !== '') yield { place: `line:${line}`, faults: [endFault] };
      return;
    } else if (found === ']' || found === '}') depth--;
    else if (found === ',' && depth === 0) {
      yield* take(start + index);
      [from, fromLine] = [start + index + 1, line];
    } else line += found.startsWith('"') ? countLines(found) : 0;
  }
  yield* take(text.length);
  yield { place: `line:${line}`, faults: [{ ...endFault, fault: 'ends, but the JSON list has no closing ]' }] };
}

const endFault = {
  pointer: '',
  fault: 'continues after the end of the JSON list',
  remedy: 'Send one JSON list, or JSON Lines with one object per line',
};

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
