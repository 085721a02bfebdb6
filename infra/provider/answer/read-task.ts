import { findSpelledNumber } from './parse-number-words.ts';

/** What a prompt asks for, as far as the simulated model understands it. */
export type Task = {
  /** The number to write as digits; null: none is spelled out. */
  number: number | null;
  /** Lines to pick from; empty: the prompt has none. */
  lines: string[];
  wishedTokens: number | null;
  wishedLines: number | null;
};

/** A line that asks for lines: "pick lines from the poem lines below", "stream lines from the following text". */
const asksForLines = /\b(?:pick|select|choose|print|stream|write)\b.*\blines?\b|\blines?\b.*\b(?:below|following)\b/i;

/** Reads the checksum number, the poem's lines and the wished length from a prompt, whatever its exact wording. */
export function readTask(texts: readonly string[]): Task {
  const all = texts.join('\n').split('\n');
  const asking = all.findIndex((line) => asksForLines.test(line));
  // Verses are full of "one" and "two": the number is looked for before them.
  const instructions = (asking < 0 ? all : all.slice(0, asking + 1)).join('\n');
  const asksForNumber = /\b(?:number|numeral|digits?)\b/i.test(instructions);
  return {
    number: asksForNumber ? (findSpelledNumber(instructions)?.value ?? null) : null,
    lines: asking < 0 ? [] : all.slice(asking + 1).filter(isVerse),
    wishedTokens: firstInteger(instructions, /(\d+)\s+(?:output\s+)?tokens?\b/i),
    wishedLines: firstInteger(instructions, /\b(?:pick|select|choose|write)\s+(\d+)\s+(?:\w+\s+)?lines?\b/i),
  };
}

function firstInteger(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function isVerse(line: string): boolean {
  return line.trim().split(/\s+/).length >= 3;
}
