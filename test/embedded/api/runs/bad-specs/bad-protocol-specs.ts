import { type BadSpec, withTarget } from './bad-spec.ts';

const aws = JSON.stringify({ accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' });
const bedrock = (change: Record<string, unknown>) =>
  withTarget({ protocol: 'bedrock-converse', region: 'us-east-1', apiKey: aws, ...change });

/** Targets that are invalid for their protocol. */
export const badProtocolSpecs: readonly BadSpec[] = [
  {
    name: 'an unknown protocol',
    spec: withTarget({ protocol: 'anthropic' }),
    pointer: '/targets/0/protocol',
    remedy:
      /"openai-chat".*"openai-responses", "anthropic-messages", "tgi", "bedrock-converse", "sagemaker", "gemini", "vertex"/,
  },
  {
    name: 'a payload for another protocol than sagemaker',
    spec: withTarget({ protocol: 'tgi', payload: 'tgi' }),
    pointer: '/targets/0/payload',
    remedy: /"protocol": "sagemaker"/,
  },
  {
    name: 'a name of the output limit that the protocol does not support',
    spec: withTarget({ protocol: 'gemini', maxTokensField: 'max_completion_tokens' }),
    pointer: '/targets/0/maxTokensField',
    remedy: /The protocol determines the name/,
  },
  {
    name: 'a region where nothing is signed',
    spec: withTarget({ region: 'us-east-1' }),
    pointer: '/targets/0/region',
    remedy: /Remove it/,
  },
  {
    name: 'an invalid region',
    spec: bedrock({ region: 'Virginia' }),
    pointer: '/targets/0/region',
    remedy: /us-east-1/,
  },
  {
    name: 'no region in the target or the host name',
    spec: withTarget({ protocol: 'sagemaker', apiKey: aws }),
    pointer: '/targets/0/region',
    remedy: /Add the region/,
  },
  {
    name: 'a signature for a protocol that is not from AWS',
    spec: withTarget({ auth: { style: 'sigv4' }, apiKey: aws }),
    pointer: '/targets/0/auth/style',
    remedy: /bedrock-converse/,
  },
  {
    name: 'a plain key where requests are signed',
    spec: bedrock({ apiKey: 'sk-0123456789' }),
    pointer: '/targets/0/apiKey',
    remedy: /\{"accessKeyId"/,
  },
  {
    name: 'AWS credentials without the secret half',
    spec: bedrock({ apiKey: '{"accessKeyId": "AKIDEXAMPLEEXAMPLE12"}' }),
    pointer: '/targets/0/apiKey',
    remedy: /"secretAccessKey"/,
  },
  {
    name: 'no key where requests are signed',
    spec: bedrock({ apiKey: undefined }),
    pointer: '/targets/0/apiKey',
    remedy: /\{"accessKeyId"/,
  },
  {
    name: 'AWS credentials where one key is sent',
    spec: withTarget({ apiKey: aws }),
    pointer: '/targets/0/apiKey',
    remedy: /only the key/,
  },
  {
    name: 'a service account’s key file for Vertex',
    spec: withTarget({ protocol: 'vertex', apiKey: '{"type":"service_account","private_key":"x"}' }),
    pointer: '/targets/0/apiKey',
    remedy: /print-access-token/,
  },
  {
    name: 'a key with auth none',
    spec: withTarget({ auth: { style: 'none' }, apiKey: 'sk-1' }),
    pointer: '/targets/0/apiKey',
    remedy: /another auth.style/,
  },
  {
    name: 'an unknown style of auth',
    spec: withTarget({ auth: { style: 'basic' } }),
    pointer: '/targets/0/auth/style',
    remedy: /"bearer".*"header".*"query".*"none".*"sigv4"/,
  },
  {
    name: 'a header style without the header',
    spec: withTarget({ auth: { style: 'header' } }),
    pointer: '/targets/0/auth/name',
    remedy: /Add "name"/,
  },
  {
    name: 'a key in a header of the transport',
    spec: withTarget({ auth: { style: 'header', name: 'Host' } }),
    pointer: '/targets/0/auth/name',
    remedy: /api-key/,
  },
  {
    name: 'a header that the key’s own would replace',
    spec: withTarget({ auth: { style: 'header', name: 'x-subscription' }, headers: { 'X-Subscription': 'a' } }),
    pointer: '/targets/0/headers/X-Subscription',
    remedy: /Remove it/,
  },
  {
    name: 'a key in the query',
    spec: withTarget({ query: { key: 'AIzaX' } }),
    pointer: '/targets/0/query/key',
    remedy: /Set apiKey/,
  },
  {
    name: 'a parameter that the key’s own would replace',
    spec: withTarget({ auth: { style: 'query', name: 'k' }, query: { k: '1' } }),
    pointer: '/targets/0/query/k',
    remedy: /set auth.name to another name/,
  },
  ...(
    [
      ['openai-responses', { max_output_tokens: 5 }, 'max_output_tokens', /outputTokens/],
      ['openai-responses', { instructions: 'x' }, 'instructions', /kind prompts/],
      ['anthropic-messages', { system: 'x' }, 'system', /kind prompts/],
      ['tgi', { parameters: { max_new_tokens: 5 } }, 'parameters/max_new_tokens', /outputTokens/],
      ['bedrock-converse', { inferenceConfig: { maxTokens: 5 } }, 'inferenceConfig/maxTokens', /outputTokens/],
      ['sagemaker', { stream: false }, 'stream', /always stream/],
      [
        'openai-chat',
        { stream_options: { include_usage: false } },
        'stream_options/include_usage',
        /set it to null to omit it/,
      ],
      ['gemini', { generationConfig: { candidateCount: 2 } }, 'generationConfig/candidateCount', /one answer/],
      ['vertex', { contents: [] }, 'contents', /kind prompts/],
    ] as const
  ).map(([protocol, body, path, remedy]) => ({
    name: `${protocol}: ${path} in the body`,
    spec: withTarget({ protocol, body }),
    pointer: `/targets/0/body/${path}`,
    remedy,
  })),
];
