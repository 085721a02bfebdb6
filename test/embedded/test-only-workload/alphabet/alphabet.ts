import { z } from 'zod';
import type { WorkloadKind } from '../../../../shared/workload/kinds/workload-kind.ts';
import { countTokens } from '../../../../shared/workload/tokenizers/count-tokens.ts';

const alphabetSchema = z.strictObject({ kind: z.literal('alphabet'), letters: z.number().int().min(1).default(3) });

/** Prompts for the alphabet from a given letter, so that there are 26 different prompts. */
export const alphabet: WorkloadKind<typeof alphabetSchema> = {
  schema: alphabetSchema,
  check: ({ letters }, { streams }) =>
    letters >= streams
      ? []
      : [{ pointer: '/workload/letters', fault: `are fewer than ${streams} streams`, remedy: `Give ${streams}` }],
  buildPrompt: ({ letters }, { kind, number }) => {
    const content = `${kind}: the alphabet from ${String.fromCharCode(97 + (number % letters))} on.`;
    return {
      messages: [{ role: 'user', content }],
      inputTokens: countTokens(content),
      maxOutputTokens: 26,
      expectedNumber: null,
      inputLines: null,
    };
  },
  *estimateTokens() {
    yield;
    return { inputTokensMean: 9, outputTokensMean: 26, outputTokensMax: 26 };
  },
  findCacheUse: () => 'warm',
  describe: ({ letters }) => `the alphabet from ${letters} letters on`,
  listNotes: () => ['It is known by heart.'],
  countPrompts: ({ letters }) => letters,
};
