const pieceLength = 32_768;

/** Returns a text in pieces that are small enough for a stream. Never splits a surrogate pair. */
export function* splitText(text: string): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + pieceLength;
    if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end++;
    yield text.slice(start, end);
  }
}
