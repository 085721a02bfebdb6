/**
 * The vocabulary of the reference server: each word, with the blank before it, is one token of the Llama 2 tokenizer and
 * of the tokenizer that the tools are given, so that all who count tokens count the same.
 */
export const answerWords: readonly string[] =
  'the of and to in is for on that with as by from at his he this are it was or be which have an not you we they her all one'.split(
    ' ',
  );

/** The words of an answer, each but the first with a blank before it: a leading blank would be a token more. */
export function composeWords(sequence: number, count: number): string[] {
  return Array.from({ length: count }, (_, place) => {
    const word = answerWords[(sequence + place) % answerWords.length] ?? '';
    return place === 0 ? word : ` ${word}`;
  });
}
