import type { ServerSentEvent } from '../dialect.ts';
import type { EventDecoder } from './decode-events.ts';

/** Events of one line of text each, such as JSON lines. An event is complete with its line feed; empty lines are none. */
export function createLineDecoder(): EventDecoder {
  // Strips the byte order mark, and holds back characters that a read cuts in two.
  const decoder = new TextDecoder();
  let parts: string[] = [];
  const feedText = (text: string): ServerSentEvent[] => {
    const lines = text.split('\n');
    if (lines.length === 1) {
      parts.push(text);
      return [];
    }
    lines[0] = parts.join('') + (lines[0] ?? '');
    parts = [lines.pop() ?? ''];
    return lines.filter((line) => line.trim() !== '').map((data) => ({ event: null, data: data.trim() }));
  };
  return {
    feed: (bytes) => feedText(decoder.decode(bytes, { stream: true })),
    end: () => feedText(`${decoder.decode()}\n`),
  };
}
