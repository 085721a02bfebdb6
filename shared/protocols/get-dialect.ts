import type { Protocol } from '../spec/run-spec.ts';
import { anthropicMessages } from './anthropic-messages/dialect.ts';
import { bedrockConverse } from './bedrock-converse/dialect.ts';
import type { Dialect } from './dialect.ts';
import { gemini, vertex } from './gemini/dialect.ts';
import { openaiChat } from './openai-chat/dialect.ts';
import { openaiCompletions } from './openai-completions/dialect.ts';
import { openaiResponses } from './openai-responses/dialect.ts';
import { sagemaker } from './sagemaker/dialect.ts';
import { tgi } from './tgi/dialect.ts';

const dialects: Record<Protocol, Dialect> = {
  'openai-chat': openaiChat,
  'openai-completions': openaiCompletions,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  tgi,
  'bedrock-converse': bedrockConverse,
  sagemaker,
  gemini,
  vertex,
};

export function getDialect(protocol: Protocol): Dialect {
  return dialects[protocol];
}
