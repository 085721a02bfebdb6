/*
 * The vocabulary of the reference server: each word, with the blank before it, is one token of the Llama 2 tokenizer and
 * of the tokenizer that the tools are given, so that all who count tokens count the same.
 */
export const answerWords = [
  'the',
  'of',
  'and',
  'to',
  'in',
  'is',
  'for',
  'on',
  'that',
  'with',
  'as',
  'by',
  'from',
  'at',
  'his',
  'he',
  'this',
  'are',
  'it',
  'was',
  'or',
  'be',
  'which',
  'have',
  'an',
  'not',
  'you',
  'we',
  'they',
  'her',
  'all',
  'one',
] as const;

/** So many words at the start of an answer say which request it answers. */
const numberWords = 3;

/**
 * The words of an answer, each with a blank before it. The first three are the request's number (below 32 ** 3) to the
 * base of 32, least digit first: a tool that keeps the text of an answer can be matched with the server's log.
 */
export function composeWords(sequence: number, count: number): string[] {
  const base = answerWords.length;
  return Array.from({ length: count }, (_, place) => {
    const digit = place < numberWords ? Math.floor(sequence / base ** place) : sequence + place;
    return ` ${answerWords[digit % base]}`;
  });
}

/** The number of the request that `text` answers; null where it does not start with three of the words. */
export function readSequence(text: string): number | null {
  const digits = text
    .trim()
    .split(/\s+/, numberWords)
    .map((word) => answerWords.findIndex((known) => known === word));
  if (digits.length < numberWords || digits.includes(-1)) return null;
  return digits.reduceRight((number, digit) => number * answerWords.length + digit, 0);
}
