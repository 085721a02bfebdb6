import { type Descriptor, remedies } from '../descriptor.ts';

export const openaiResponses: Descriptor = {
  auth: { style: 'bearer' },
  body: {
    reserved: {
      model: remedies.model,
      input: remedies.prompt,
      instructions: remedies.prompt,
      prompt: remedies.prompt,
      previous_response_id: remedies.prompt,
      conversation: remedies.prompt,
      background: remedies.stream,
      stream: remedies.stream,
      max_output_tokens: remedies.limit,
    },
    temperature: { path: ['temperature'], least: 0 },
  },
};
