/** The parts of a prompt that the simulated model understands. */
export type Task = {
  /** Number that the model must write in digits; null if the prompt contains no number in words. */
  number: number | null;
  /** Lines that the model may copy into its answer; empty if the prompt has none. */
  lines: string[];
  wishedTokens: number | null;
  wishedLines: number | null;
};

/** Matches an instruction such as "pick lines from the poem lines below" or "stream lines from the following text". */
const linesPattern = /\b(?:pick|select|choose|print|stream|write)\b.*\blines?\b|\blines?\b.*\b(?:below|following)\b/i;

/** Reads a prompt in any wording. Finds the number to write in digits, the lines to pick, and the requested length. */
export function readTask(texts: readonly string[]): Task {
  const all = texts.join('\n').split('\n');
  const asking = all.findIndex((line) => linesPattern.test(line));
  // Poems contain words such as "one", so only the instructions are searched for the number.
  const instructions = (asking < 0 ? all : all.slice(0, asking + 1)).join('\n');
  const hasNumberTask = /\b(?:number|numeral|digits?)\b/i.test(instructions);
  return {
    number: hasNumberTask ? (findSpelledNumber(instructions)?.value ?? null) : null,
    lines: asking < 0 ? [] : all.slice(asking + 1).filter(isVerse),
    wishedTokens: findInteger(instructions, /(\d+)\s+(?:output\s+)?tokens?\b/i),
    wishedLines: findInteger(instructions, /\b(?:pick|select|choose|write)\s+(\d+)\s+(?:\w+\s+)?lines?\b/i),
  };
}

function findInteger(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function isVerse(line: string): boolean {
  return line.trim().split(/\s+/).length >= 3;
}

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
const scales: ReadonlyMap<string, number> = new Map(Object.entries({ thousand: 1e3, million: 1e6, billion: 1e9 }));

/** A number that is written in words. */
export type NumberRun = { value: number; words: number };

/**
 * Finds each sequence of English number words and reads it as one number: "one thousand, two hundred and thirty-four"
 * is 1234. Spaces, line ends, hyphens, commas, and "and" may join words. A number ends before a word that does not fit.
 */
export function findNumberRuns(text: string): NumberRun[] {
  const runs: NumberRun[] = [];
  let run: Reading | null = null;
  let and = false;
  let lastEnd = 0;
  const close = () => {
    if (run !== null) runs.push({ value: run.total + run.group, words: run.words });
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
    const next: Reading | null = run === null ? null : addWord(run, word);
    if (next === null) close();
    run = next ?? addWord(emptyReading, word);
    and = false;
  }
  close();
  return runs;
}

/** State before a number's first word. A word must add less than `room`. A scale word must be less than `lastScale`. */
const emptyReading = { total: 0, group: 0, room: 1000, lastScale: Number.POSITIVE_INFINITY, words: 0 };
type Reading = typeof emptyReading;

/** Adds a word to a number. Returns null if the word cannot continue the number. */
function addWord(run: Reading, word: string): Reading | null {
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

/** Returns the number with the most words (the first if several), or null if the text contains no number in words. */
export function findSpelledNumber(text: string): NumberRun | null {
  return findNumberRuns(text).toSorted((a, b) => b.words - a.words)[0] ?? null;
}
