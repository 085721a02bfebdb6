import type { Prompt } from '../../workload/prompt.ts';

const openaiPaths = /\/(?:chat\/completions|completions|responses)$/;

/**
 * Builds the URL of an OpenAI protocol's path under a base URL. `…/v1`, `…/v1/` and a pasted full path such as
 * `…/v1/chat/completions` give the same URL; a version is never guessed.
 */
export function buildOpenaiUrl(baseUrl: string, path: '/chat/completions' | '/completions' | '/responses'): string {
  return joinUrl(baseUrl, openaiPaths, path);
}

/** Returns the base URL with a path appended, after removing trailing slashes and `pasted`, the end of a full URL. */
export function joinUrl(baseUrl: string, pasted: RegExp, path: string): string {
  const url = new URL(baseUrl);
  const root = url.pathname.replace(/\/+$/, '').replace(pasted, '').replace(/\/+$/, '');
  url.pathname = `${root}${path}`;
  return url.href;
}

/** A prompt for protocols that keep the system message separate. */
export type SplitPrompt = {
  /** The contents of all system messages, separated by blank lines; empty without system messages. */
  system: string;
  turns: { role: 'user' | 'assistant'; content: string }[];
};

export function splitPrompt({ messages }: Pick<Prompt, 'messages'>): SplitPrompt {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const turns = messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, content }]));
  return { system: system.join('\n\n'), turns };
}

/** Joins the nonempty contents of all messages by blank lines, for protocols without roles. */
export function joinPrompt({ messages }: Pick<Prompt, 'messages'>): string {
  return messages
    .map(({ content }) => content)
    .filter((content) => content !== '')
    .join('\n\n');
}

/**
 * Requests usage, which the OpenAI protocols report in a stream only on request. A null in the target's body omits the
 * request for servers that refuse unknown fields.
 */
export function buildStreamOptions(body: Record<string, unknown>) {
  return { stream_options: body['stream_options'] === null ? undefined : { include_usage: true } };
}

/** Returns a copy of the object that the target's body has under a name, to add to; empty if it has none. */
export function copyObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
