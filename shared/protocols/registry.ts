import { anthropicMessages } from './anthropic-messages/descriptor.ts';
import { bedrockConverse } from './bedrock-converse/descriptor.ts';
import type { Descriptor } from './descriptor.ts';
import { gemini } from './gemini/descriptor.ts';
import { openaiChat } from './openai-chat/descriptor.ts';
import { openaiCompletions } from './openai-completions/descriptor.ts';
import { openaiResponses } from './openai-responses/descriptor.ts';
import { sagemaker } from './sagemaker/descriptor.ts';
import { tgi } from './tgi/descriptor.ts';
import { vertex } from './vertex/descriptor.ts';

/** All protocols that a target can use. Each key is also the name of the protocol's folder. */
export const protocols = {
  'openai-chat': openaiChat,
  'openai-completions': openaiCompletions,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  tgi,
  'bedrock-converse': bedrockConverse,
  sagemaker,
  gemini,
  vertex,
} satisfies Record<string, Descriptor>;

export type Protocol = keyof typeof protocols;

/** Protocol of a target that names none, because most servers speak it. */
export const defaultProtocol: Protocol = 'openai-chat';
