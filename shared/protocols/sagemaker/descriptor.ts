import type { BodyRules, Descriptor } from '../descriptor.ts';
import { openaiChat } from '../openai-chat/descriptor.ts';
import { tgi } from '../tgi/descriptor.ts';

/** Containers may refuse a temperature of 0, and LLMPerf v1 sent this instead. */
const least = 0.01;

// The endpoint decides the model; some containers still require a model name in the body.
const { model: _model, ...reserved } = openaiChat.body.reserved;
const chat: BodyRules = { ...openaiChat.body, reserved, temperature: { ...openaiChat.body.temperature, least } };

export const sagemaker: Descriptor = {
  auth: { style: 'sigv4' },
  signingService: 'sagemaker',
  body: chat,
  payloads: { 'openai-chat': chat, tgi: { ...tgi.body, temperature: { ...tgi.body.temperature, least } } },
};
