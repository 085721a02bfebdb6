import type { Descriptor } from '../descriptor.ts';
import { openaiChat } from '../openai-chat/descriptor.ts';

/** Reserves the same body fields as the Chat Completions protocol, because servers often support both protocols. */
export const openaiCompletions: Descriptor = { auth: { style: 'bearer' }, body: openaiChat.body };
