import { type Descriptor, remedies } from '../descriptor.ts';

export const tgi: Descriptor = {
  auth: { style: 'bearer' },
  body: {
    reserved: {
      inputs: remedies.prompt,
      stream: remedies.stream,
      'parameters/max_new_tokens': remedies.limit,
      'parameters/details': remedies.stream,
      'parameters/best_of': remedies.oneAnswer,
    },
    // TGI rejects temperature 0, so LLMPerf v1 sent 0.1 instead of 0.
    temperature: { path: ['parameters', 'temperature'], least: 0.1 },
  },
};
