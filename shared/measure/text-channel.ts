/** Fewest deltas in a row that begin with everything before them, to be no chance. */
const minRepeats = 3;
/** Fewest repeated characters that are no chance with fewer deltas. */
const minRepeatedLength = 24;

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

  const isCumulative = () =>
    !isBroken && (repeats >= minRepeats || repeatedLength >= minRepeatedLength) && new Set(last.trim()).size > 1;
  return {
    /**
     * Adds a delta. Returns whether it has new text.
     * @param isWhole whether the text may be the whole text so far instead of a delta
     */
    add: (text: string, isWhole: boolean): boolean => {
      if (text === '') return false;
      if (isWhole && deltas > 0 && (text === all || text === last)) return false;
      if (deltas >= minRepeats && text === last && (isCumulative() || text === all)) return false;
      if (deltas > 0) {
        // The last character may have been only the beginning of one.
        if (text.length > last.length && text.startsWith(last.replace(/\ufffd+$/, ''))) {
          repeats++;
          repeatedLength += last.length;
        } else isBroken = true;
      }
      deltas++;
      all += text;
      last = text;
      return true;
    },
    isCumulative,
    text: () => (isCumulative() ? last : all),
  };
}
