import { type Descriptor, remedies } from '../descriptor.ts';

export const anthropicMessages: Descriptor = {
  auth: { style: 'header', name: 'x-api-key' },
  headers: { 'anthropic-version': '2023-06-01' },
  body: {
    reserved: {
      model: remedies.model,
      messages: remedies.prompt,
      system: remedies.prompt,
      stream: remedies.stream,
      max_tokens: remedies.limit,
    },
    temperature: { path: ['temperature'], least: 0 },
  },
};
