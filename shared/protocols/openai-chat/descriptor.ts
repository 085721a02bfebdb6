import { type Descriptor, remedies } from '../descriptor.ts';

export const openaiChat: Descriptor = {
  auth: { style: 'bearer' },
  body: {
    reserved: {
      model: remedies.model,
      messages: remedies.prompt,
      prompt: remedies.prompt,
      stream: remedies.stream,
      'stream_options/include_usage':
        'Remove it; requests always include usage. If the server refuses stream_options, set it to null to omit it',
      max_tokens: remedies.namedLimit,
      max_completion_tokens: remedies.namedLimit,
      n: remedies.oneAnswer,
    },
    fixed: { 'stream_options/include_usage': true },
    temperature: { path: ['temperature'], least: 0 },
    isLimitNamed: true,
  },
};
