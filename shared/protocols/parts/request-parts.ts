import type { Prompt } from '../../workload/prompt.ts';

const openaiPaths = /\/(?:chat\/completions|completions|responses)$/;

/** Builds the URL of an OpenAI protocol, even if the base URL already ends with an OpenAI path. Never adds `/v1`. */
export function buildOpenaiUrl(baseUrl: string, path: '/chat/completions' | '/completions' | '/responses'): string {
  return joinUrl(baseUrl, openaiPaths, path);
}

/** Appends a path to a base URL. First removes trailing slashes and the path `pasted`, if the URL ends with it. */
export function joinUrl(baseUrl: string, pasted: RegExp, path: string): string {
  const url = new URL(baseUrl);
  const root = url.pathname.replace(/\/+$/, '').replace(pasted, '').replace(/\/+$/, '');
  url.pathname = `${root}${path}`;
  return url.href;
}

/** Splits a prompt into the contents of its system messages, joined with blank lines, and the other messages. */
export function splitPrompt({ messages }: Pick<Prompt, 'messages'>) {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const turns = messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, content }]));
  return { system: system.join('\n\n'), turns };
}

/** Joins the contents of all nonempty messages with blank lines, for protocols without message roles. */
export function joinPrompt({ messages }: Pick<Prompt, 'messages'>): string {
  return messages
    .map(({ content }) => content)
    .filter((content) => content !== '')
    .join('\n\n');
}

/** Builds the options that request token usage; keeps the target's own options. A null in the target's body omits the option. */
export function buildStreamOptions(body: Record<string, unknown>) {
  const given = body['stream_options'];
  return { stream_options: given === null ? undefined : { ...copyObject(given), include_usage: true } };
}

/** Copies an object in the target's body so that fields can be added. Returns {} if the value is not an object. */
export function copyObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
