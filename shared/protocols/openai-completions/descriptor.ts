import type { Descriptor } from '../descriptor.ts';
import { openaiChat } from '../openai-chat/descriptor.ts';

/** Servers of one of the two often serve both, so the fields of both are reserved. */
export const openaiCompletions: Descriptor = { auth: { style: 'bearer' }, body: openaiChat.body };
