/** Minimum number of deltas in a row that begin with all text before them. Fewer deltas could do so by chance. */
const minRepeats = 3;
/** Minimum number of repeated characters that is enough with fewer deltas than `minRepeats`. */
const minRepeatedLength = 24;
/** Length above which the sum of cumulative deltas is dropped, because it grows with the square of the text. */
const maxSumLength = 1_048_576;

/**
 * Creates a collector of the deltas of one text. Recognizes servers whose deltas repeat all of the text so far, whose
 * last delta then is the text.
 */
export function createTextChannel() {
  let all = '';
  let last = '';
  let repeats = 0;
  let repeatedLength = 0;
  let deltas = 0;
  let isBroken = false;
  let isDropped = false;
  let hasDelta = false;
  let differs = false;

  const isCumulative = () =>
    !isBroken && (repeats >= minRepeats || repeatedLength >= minRepeatedLength) && new Set(last.trim()).size > 1;
  const countRepeats = (text: string) => {
    // The last character may have been only the beginning of one.
    if (text.length > last.length && text.startsWith(last.replace(/\ufffd+$/, ''))) {
      repeats++;
      repeatedLength += last.length;
      return;
    }
    if (isDropped) all = last;
    isDropped = false;
    isBroken = true;
  };
  const joined = () => (isCumulative() ? last : all);
  /** Returns the delta that a whole text stands for. If it contradicts the deltas, they count. */
  const findRest = (whole: string): string => {
    const known = joined();
    if (whole.startsWith(known)) return isCumulative() ? whole : whole.slice(known.length);
    // Servers trim the whole text.
    differs ||= known.trim() !== whole.trim();
    return '';
  };
  return {
    /**
     * Adds a text. Returns the new part of it.
     * @param isWhole whether the text may be the whole text so far instead of a delta; after deltas, it is
     */
    add: (given: string, isWhole: boolean): string => {
      const text = isWhole && hasDelta && given !== '' ? findRest(given) : given;
      if (text === '') return '';
      if (isWhole && deltas > 0 && (text === all || text === last)) return '';
      if (deltas >= minRepeats && text === last && (isCumulative() || text === all)) return '';
      hasDelta ||= !isWhole;
      if (deltas > 0) countRepeats(text);
      deltas++;
      if (!isDropped) all += text;
      last = text;
      if (all.length > maxSumLength && isCumulative()) {
        all = '';
        isDropped = true;
      }
      return text;
    },
    isCumulative,
    isDropped: () => isDropped,
    /** Returns whether a whole text contradicted the deltas. */
    differs: () => differs,
    text: joined,
    length: () => Math.max(all.length, last.length),
    /** Joins the parts of the text in memory, which otherwise needs many times its size. */
    flatten: () => {
      flattenText(all);
    },
  };
}

/** Lets V8 replace a text of many parts by one without: it does so to read a character. */
export function flattenText(text: string): void {
  if (text !== '') text.charCodeAt(0);
}
