import { type Descriptor, remedies } from '../descriptor.ts';

export const bedrockConverse: Descriptor = {
  auth: { style: 'sigv4' },
  signingService: 'bedrock',
  awsHosts: ['bedrock-runtime', 'bedrock-runtime-fips'],
  body: {
    reserved: {
      modelId: remedies.model,
      messages: remedies.prompt,
      system: remedies.prompt,
      'inferenceConfig/maxTokens': remedies.limit,
    },
    temperature: { path: ['inferenceConfig', 'temperature'], least: 0 },
  },
};
