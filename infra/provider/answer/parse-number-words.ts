const units: ReadonlyMap<string, number> = new Map(
  [
    'zero one two three four five six seven eight nine ten eleven twelve',
    'thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  ]
    .join(' ')
    .split(' ')
    .map((word, value) => [word, value]),
);
const tens: ReadonlyMap<string, number> = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, index) => [word, (index + 2) * 10]),
);
const scales: ReadonlyMap<string, number> = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);

/** A number's words and where they stand in the text. */
export type NumberRun = { value: number; words: number; start: number; end: number };

/**
 * Every run of English number words in a text, read as one cardinal: "one thousand, two hundred and thirty-four" is 1234.
 * Words may be joined by spaces, line ends, hyphens and commas, and by "and" between two of them. A run ends where the
 * next word cannot go on the number ("two three").
 */
export function findNumberRuns(text: string): NumberRun[] {
  const runs: NumberRun[] = [];
  let run: Reading | null = null;
  let and = false;
  let lastEnd = 0;
  const close = () => {
    if (run !== null) runs.push({ value: run.total + run.group, words: run.words, start: run.start, end: run.end });
    run = null;
    and = false;
  };
  for (const match of text.matchAll(/[A-Za-z]+|\d+/g)) {
    const word = match[0].toLowerCase();
    if (run !== null && !/^[\s,-]*$/.test(text.slice(lastEnd, match.index))) close();
    lastEnd = match.index + word.length;
    if (word === 'and' && run !== null && !and) {
      and = true;
      continue;
    }
    const next: Reading | null = run === null ? begin(word, match.index) : goOn(run, word);
    if (next === null) {
      close();
      run = begin(word, match.index);
    } else run = next;
    if (run !== null) run.end = lastEnd;
    and = false;
  }
  close();
  return runs;
}

/** `group`: below a thousand, not yet scaled. `lastScale`: scales must fall. `room`: what may still be added below. */
type Reading = {
  total: number;
  group: number;
  room: number;
  lastScale: number;
  words: number;
  start: number;
  end: number;
};

function begin(word: string, start: number): Reading | null {
  const fresh = { total: 0, group: 0, room: 1000, lastScale: Number.POSITIVE_INFINITY, words: 0, start, end: start };
  return goOn(fresh, word);
}

function goOn(run: Reading, word: string): Reading | null {
  const unit = units.get(word);
  const ten = tens.get(word);
  const scale = scales.get(word);
  const grown = { ...run, words: run.words + 1 };
  if (unit !== undefined) {
    const fits = unit === 0 ? run.words === 0 : unit < run.room;
    return fits ? { ...grown, group: run.group + unit, room: 0 } : null;
  }
  if (ten !== undefined) return run.room > 90 ? { ...grown, group: run.group + ten, room: 10 } : null;
  if (word === 'hundred') {
    const fits = run.group > 0 && run.group < 10 && run.room === 0;
    return fits ? { ...grown, group: run.group * 100, room: 100 } : null;
  }
  if (scale !== undefined && run.group > 0 && scale < run.lastScale)
    return { ...grown, total: run.total + run.group * scale, group: 0, room: 1000, lastScale: scale };
  return null;
}

/** The number a prompt spells out: its longest run of number words (the first of equals); null where it has none. */
export function findSpelledNumber(text: string): NumberRun | null {
  let longest: NumberRun | null = null;
  for (const run of findNumberRuns(text)) if (longest === null || run.words > longest.words) longest = run;
  return longest;
}
