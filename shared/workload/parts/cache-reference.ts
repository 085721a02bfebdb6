import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Random } from '../distributions/seeded-random.ts';

/** Four letters for each four bits of 64: no digits, so that the prompt holds no number but those it asks for. */
export function drawReference(random: Random): string {
  const groups = Array.from({ length: 4 }, () => {
    const bits = uniformInt(random, 0, 0xffff);
    return [12, 8, 4, 0].map((shift) => referenceLetters[(bits >> shift) & 15]).join('');
  });
  return groups.join(' ');
}

const referenceLetters = 'abcdefghijklmnop';
/** Each letter a token of its own: no reference has more tokens. */
export const longestReference = 'bbhc bbhc bbhc bbhc';

/** What a prompt of a cold cache begins with, so that it shares no beginning with another. */
export function referenceLine(reference: string): string {
  return `${reference}: a reference, not part of the task.\n`;
}
