import { type Descriptor, remedies } from '../descriptor.ts';

export const gemini: Descriptor = {
  auth: { style: 'header', name: 'x-goog-api-key' },
  body: {
    reserved: {
      contents: remedies.prompt,
      systemInstruction: remedies.prompt,
      system_instruction: remedies.prompt,
      'generationConfig/maxOutputTokens': remedies.limit,
      'generationConfig/candidateCount': remedies.oneAnswer,
      generation_config: 'Rename it to generationConfig',
    },
    temperature: { path: ['generationConfig', 'temperature'], least: 0 },
  },
};
