import type { Protocol } from '../../domain/run-spec.ts';
import type { Dialect } from './dialect.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';

const dialects: Record<Protocol, Dialect> = { 'openai-chat': openaiChat, 'openai-completions': openaiCompletions };

export function getDialect(protocol: Protocol): Dialect {
  return dialects[protocol];
}
