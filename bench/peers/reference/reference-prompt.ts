import { answerWords } from './answer-words.ts';

/** A prompt of `words` words that says its number first, so that no two share a prefix and the server can tell them apart. */
export function composePrompt(number: number, words: number): string {
  const text = Array.from({ length: words }, (_, place) => {
    // Steps of 7 and 13 go through all 32 words in an order that differs from prompt to prompt.
    const word = answerWords[(7 * place + 13 * number + (place >> 5)) % answerWords.length];
    return word;
  });
  return `Prompt ${number}: ${text.join(' ')}`;
}

/** The number of the last prompt in the text of a request; null where there is none. */
export function readPromptNumber(text: string): number | null {
  const found = [...text.matchAll(/Prompt (\d+): /g)].at(-1)?.[1];
  return found === undefined ? null : Number(found);
}
