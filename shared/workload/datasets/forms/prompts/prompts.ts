import type { Fields, PromptForm } from '../dataset-form.ts';
import { limitNames, omitAbsent, readMessages, readNumeric } from '../read-messages.ts';

/** Our own form of prompts, in any encoding and with any other columns. */
export const prompts: PromptForm = {
  kind: 'prompts',
  readNames: ['prompt', 'messages', 'maxOutputTokens', ...limitNames],
  title: 'prompts',
  example: '{"prompt": "Name three rivers.", "maxOutputTokens": 64}',
  isForm: (names) => [...names].some((name) => ['prompt', 'messages'].includes(name.toLowerCase())),
  convert: (row, { columns, isTable }) => {
    const find = (...wanted: string[]) =>
      Object.keys(row).find((name) => wanted.some((each) => each === name || each === name.toLowerCase()));
    const at = {
      prompt: columns.prompt ?? find('prompt'),
      messages: columns.messages ?? (columns.prompt === undefined ? find('messages') : undefined),
      maxOutputTokens: columns.maxOutputTokens ?? find('maxOutputTokens', ...limitNames),
    };
    const read = (name: string | undefined) => (name === undefined ? undefined : row[name]);
    const prompt = read(at.prompt) ?? undefined;
    const list = Array.isArray(prompt) ? prompt : parseList(read(at.messages), isTable);
    const { messages, ignored } = readMessages(list, at.messages ?? 'prompt');
    if (isTable && (prompt ?? '') === '' && messages === undefined) return { omitted: 'no prompt' };
    const value = {
      prompt: Array.isArray(prompt) ? undefined : prompt,
      messages,
      maxOutputTokens: readNumeric(read(at.maxOutputTokens)),
    };
    const used = Object.values(at).filter((name) => name !== undefined);
    return { value: omitAbsent(value), places: { ...at, messages: at.messages ?? at.prompt }, used, ignored };
  },
};

/** Parses messages that a table contains as JSON text. */
function parseList(value: Fields[string], isTable: boolean): unknown {
  if (!isTable || typeof value !== 'string') return value ?? undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
