import { type Descriptor, remedies } from '../descriptor.ts';

export const openaiChat: Descriptor = {
  auth: { style: 'bearer' },
  body: {
    reserved: {
      model: remedies.model,
      messages: remedies.prompt,
      prompt: remedies.prompt,
      stream: remedies.stream,
      stream_options:
        'Remove it; requests always include usage. If the server refuses this field, set it to null to omit it',
      max_tokens: remedies.namedLimit,
      max_completion_tokens: remedies.namedLimit,
      n: remedies.oneAnswer,
    },
    omittable: ['stream_options'],
    temperature: { path: ['temperature'], least: 0 },
    isLimitNamed: true,
  },
};
