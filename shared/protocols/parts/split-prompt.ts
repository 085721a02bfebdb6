import type { Prompt } from '../../workload/prompt.ts';

/** A prompt for protocols that hold the system message apart. */
export type SplitPrompt = {
  /** Contents of all system messages, a blank line between; empty where there is none. */
  system: string;
  turns: { role: 'user' | 'assistant'; content: string }[];
};

export function splitPrompt({ messages }: Prompt): SplitPrompt {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const turns = messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, content }]));
  return { system: system.join('\n\n'), turns };
}

/** A prompt for protocols without roles: the messages' contents, where there is any, a blank line between. */
export function joinPrompt({ messages }: Prompt): string {
  return messages
    .map(({ content }) => content)
    .filter((content) => content !== '')
    .join('\n\n');
}
