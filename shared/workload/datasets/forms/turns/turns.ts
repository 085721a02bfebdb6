import type { PromptForm } from '../dataset-form.ts';

/** Question files of MT-Bench and Spec-Bench. The prompt is the first turn. */
export const turns: PromptForm = {
  kind: 'prompts',
  readNames: ['turns'],
  title: 'MT-Bench questions',
  example: '{"question_id": 81, "category": "writing", "turns": ["Name three rivers.", "Which is the longest?"]}',
  isForm: (names) => names.has('turns'),
  convert: ({ turns: list }) => {
    const first: unknown = Array.isArray(list) ? list[0] : list;
    if (first === undefined || first === '') return { omitted: 'no turn' };
    return { value: { prompt: first }, places: { prompt: 'turns/0' }, used: ['turns'] };
  },
};
