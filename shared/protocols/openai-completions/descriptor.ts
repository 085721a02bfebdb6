import type { Descriptor } from '../descriptor.ts';
import { openaiChat } from '../openai-chat/descriptor.ts';

/** Reserves the fields of both OpenAI protocols, because servers often support both. */
export const openaiCompletions: Descriptor = { auth: { style: 'bearer' }, body: openaiChat.body };
