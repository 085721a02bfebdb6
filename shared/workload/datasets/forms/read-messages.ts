import type { Fields } from './dataset-form.ts';

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keeps the role and the text of each message, and lists the other names. Values of another type stay unchanged. */
export function readMessages(messages: unknown, place: string): { messages: unknown; ignored: string[] } {
  if (!Array.isArray(messages)) return { messages, ignored: [] };
  const ignored = new Set<string>();
  const read = messages.map((message: unknown) => {
    if (!isFields(message)) return message;
    for (const name of Object.keys(message)) if (!['role', 'content'].includes(name)) ignored.add(`${place}/${name}`);
    const { role, content } = message;
    return { role: role === 'developer' ? 'system' : role, content: joinTexts(content) };
  });
  return { messages: read, ignored: [...ignored] };
}

/** Joins a content that is a list of text parts. A content with other parts, such as images, stays unchanged. */
export function joinTexts(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  const texts = content.map((part: unknown) => (isFields(part) ? part['text'] : undefined));
  return texts.every((text) => typeof text === 'string') ? texts.join('\n') : content;
}

/** Reads a number, maybe as text. Any other value stays unchanged. */
export function readNumeric(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value.trim())
    ? Number(value)
    : value;
}

/** Names of the output limit in requests to model providers. */
export const limitNames = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const;

/** Builds an object without undefined and null values. */
export function omitAbsent(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}
