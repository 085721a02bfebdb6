import type { Protocol } from '../../domain/run-spec.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import type { Dialect } from './dialect.ts';
import { gemini, vertex } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import { sagemaker } from './sagemaker.ts';
import { tgi } from './tgi.ts';

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
