import { describe, expect, test } from 'vitest';
import { applyTemperature } from '../../../shared/protocols/build-request.ts';
import { storedTargetSchema, type Target } from '../../../shared/spec/target.ts';

function target(change: object): Target {
  return storedTargetSchema.parse({
    baseUrl: 'https://a.example.com',
    model: 'm',
    id: 'one',
    credentialId: null,
    ...change,
  });
}

describe('applyTemperature', () => {
  test.each([
    ['openai-chat', { temperature: 0 }],
    ['openai-completions', { temperature: 0 }],
    ['openai-responses', { temperature: 0 }],
    ['anthropic-messages', { temperature: 0 }],
    ['tgi', { parameters: { temperature: 0.1 } }],
    ['sagemaker', { temperature: 0.01 }],
    ['bedrock-converse', { inferenceConfig: { temperature: 0 } }],
    ['gemini', { generationConfig: { temperature: 0 } }],
    ['vertex', { generationConfig: { temperature: 0 } }],
  ])('puts it where %s takes it', (protocol, body) => {
    expect(applyTemperature(target({ protocol }), 0).body).toEqual(body);
  });

  test('keeps the target’s own temperature and the other fields', () => {
    const own = target({ body: { temperature: 0.7, top_p: 0.9 } });
    expect(applyTemperature(own, 0).body).toEqual({ temperature: 0.7, top_p: 0.9 });
    const nested = target({ protocol: 'gemini', body: { generationConfig: { topK: 3, temperature: 1 } } });
    expect(applyTemperature(nested, 0).body).toEqual({ generationConfig: { topK: 3, temperature: 1 } });
    const withTopP = target({ protocol: 'bedrock-converse', body: { inferenceConfig: { topP: 0.5 } } });
    expect(applyTemperature(withTopP, 0).body).toEqual({ inferenceConfig: { topP: 0.5, temperature: 0 } });
  });

  test('changes nothing if the workload sets none', () => {
    const own = target({});
    expect(applyTemperature(own, undefined)).toBe(own);
  });
});
