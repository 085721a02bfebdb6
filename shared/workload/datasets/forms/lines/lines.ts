import type { PromptForm } from '../dataset-form.ts';

/** Plain text with one prompt in each nonblank line. */
export const lines: PromptForm = {
  kind: 'prompts',
  readNames: [],
  title: 'plain lines',
  example: 'Name three rivers.',
  isForm: () => false,
  convert: ({ prompt }) => ({ value: { prompt }, places: {}, used: ['prompt'] }),
};
