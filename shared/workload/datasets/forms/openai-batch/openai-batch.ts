import type { PromptForm } from '../dataset-form.ts';
import { isFields, limitNames, omitAbsent, readMessages } from '../read-messages.ts';

const bodyNames = ['body', 'params'];

/** Batch files of OpenAI, and of Anthropic (`params`). The bodies are those of chat, completions, or responses. */
export const openaiBatch: PromptForm = {
  kind: 'prompts',
  readNames: [...bodyNames, 'custom_id', 'method', 'url'],
  title: 'OpenAI batch',
  example:
    '{"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"messages": [{"role": "user", "content": "…"}]}}',
  isForm: (names) => bodyNames.some((name) => names.has(name)) && (names.has('custom_id') || names.has('url')),
  convert: (row) => {
    const at = bodyNames.find((name) => isFields(row[name])) ?? 'body';
    const body = isFields(row[at]) ? row[at] : {};
    const asked = body['messages'] ?? body['input'];
    const system = body['system'] ?? body['instructions'];
    const { messages, ignored } = readMessages(asked, `${at}/messages`);
    const whole = withSystem(messages, system);
    const limit = limitNames.find((name) => body[name] !== undefined && body[name] !== null);
    const prompt = typeof asked === 'string' ? undefined : body['prompt'];
    const isText = typeof whole === 'string';
    const value = {
      prompt: isText ? whole : prompt,
      messages: isText ? undefined : whole,
      maxOutputTokens: limit === undefined ? undefined : body[limit],
    };
    const places = {
      prompt: isText ? `${at}/input` : `${at}/prompt`,
      messages: body['messages'] === undefined ? `${at}/input` : `${at}/messages`,
      maxOutputTokens: `${at}/${limit}`,
    };
    const read = ['messages', 'input', 'prompt', 'system', 'instructions', limit];
    const others = Object.keys(body).filter((name) => !read.includes(name));
    const used = [at, 'custom_id', 'method', 'url'];
    return { value: omitAbsent(value), places, used, ignored: [...others.map((name) => `${at}/${name}`), ...ignored] };
  },
};

/** Adds a system text before the messages. An input that is only text becomes the user's message. */
function withSystem(asked: unknown, system: unknown): unknown {
  if (typeof system !== 'string' || system === '') return asked;
  const first = { role: 'system', content: system };
  if (typeof asked === 'string') return [first, { role: 'user', content: asked }];
  return Array.isArray(asked) ? [first, ...asked] : asked;
}
