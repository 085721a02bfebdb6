/** Composes a prompt of `words` words that starts with its number, so that prompts share no prefix. */
export function composePrompt(number: number, words: number): string {
  const text = Array.from({ length: words }, (_, place) => {
    // Steps of 7 and 13 visit all 32 words in a different order for each prompt.
    const word = answerWords[(7 * place + 13 * number + (place >> 5)) % answerWords.length];
    return word;
  });
  return `Prompt ${number}: ${text.join(' ')}`;
}

/** Reads the number of the last prompt in a request; null if the text has no number. */
export function readPromptNumber(text: string): number | null {
  const found = [...text.matchAll(/Prompt (\d+): /g)].at(-1)?.[1];
  return found === undefined ? null : Number(found);
}

/**
 * Vocabulary of the reference server. Each word with its leading space is one token of the Llama 2 tokenizer and of the
 * tokenizer of the tools, so that all token counts are equal.
 */
export const answerWords: readonly string[] =
  'the of and to in is for on that with as by from at his he this are it was or be which have an not you we they her all one'.split(
    ' ',
  );
