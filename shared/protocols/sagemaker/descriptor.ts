import type { BodyRules, Descriptor } from '../descriptor.ts';
import { openaiChat } from '../openai-chat/descriptor.ts';
import { tgi } from '../tgi/descriptor.ts';

/** Lowest temperature to send. Some containers reject 0; LLMPerf v1 sent this value instead of 0. */
const least = 0.01;

// The endpoint determines the model, but some containers also require `model` in the body, so `model` is not reserved.
const { model: _model, ...reserved } = openaiChat.body.reserved;
const chat: BodyRules = { ...openaiChat.body, reserved, temperature: { ...openaiChat.body.temperature, least } };

export const sagemaker: Descriptor = {
  auth: { style: 'sigv4' },
  signingService: 'sagemaker',
  awsHosts: ['runtime.sagemaker', 'runtime-fips.sagemaker'],
  body: chat,
  payloads: { 'openai-chat': chat, tgi: { ...tgi.body, temperature: { ...tgi.body.temperature, least } } },
};
