import { jsonPointer } from '../../../shared/errors/json-pointer.ts';

/** An object or list that is open at a place in the text. */
type Frame = { names: Set<string> | null; at: string | number; expectsName: boolean };

/**
 * The pointer of the first name that stands twice in an object of a JSON text; null where none does. The parser keeps
 * the last of the two without a word, so a spec would run with another value than the one its writer may be looking at.
 * @param text must be valid JSON
 */
export function findDuplicateName(text: string): string | null {
  const open: Frame[] = [];
  for (let index = 0; index < text.length; index++) {
    const frame = open.at(-1);
    switch (text[index]) {
      case '{':
        open.push({ names: new Set(), at: '', expectsName: true });
        break;
      case '[':
        open.push({ names: null, at: 0, expectsName: false });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (frame === undefined) break;
        if (typeof frame.at === 'number') frame.at++;
        else frame.expectsName = true;
        break;
      case '"': {
        const end = endOfString(text, index);
        if (frame?.names != null && frame.expectsName) {
          const name = String(JSON.parse(text.slice(index, end)));
          frame.at = name;
          if (frame.names.has(name)) return jsonPointer(open.map(({ at }) => at));
          frame.names.add(name);
          frame.expectsName = false;
        }
        index = end - 1;
      }
    }
  }
  return null;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index + 1;
}
