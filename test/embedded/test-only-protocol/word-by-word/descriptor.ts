import type { Descriptor } from '../../../../shared/protocols/descriptor.ts';

export const wordByWord: Descriptor = {
  auth: { style: 'header', name: 'x-words-key' },
  headers: { 'x-words-version': '1' },
  body: {
    reserved: { question: 'Ask with a workload', 'answer/words': 'Set workload.outputTokens' },
    temperature: { path: ['answer', 'warmth'], least: 0.2 },
  },
};
