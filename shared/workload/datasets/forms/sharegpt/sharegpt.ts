import type { PromptForm } from '../dataset-form.ts';
import { isFields, joinTexts } from '../read-messages.ts';

const listNames = ['conversations', 'conversation'];
const humans: readonly unknown[] = ['human', 'user'];

/** ShareGPT and sets of its form. The prompt is the first human turn, after the system turn if there is one. */
export const sharegpt: PromptForm = {
  kind: 'prompts',
  readNames: listNames,
  title: 'ShareGPT',
  example: '{"id": "a", "conversations": [{"from": "human", "value": "Name three rivers."}]}',
  isForm: (names) => listNames.some((name) => names.has(name)),
  convert: (row) => {
    const name = listNames.find((each) => row[each] !== undefined) ?? 'conversations';
    const list = row[name];
    const turns = (Array.isArray(list) ? list : []).map((turn: unknown, index) => {
      const fields = isFields(turn) ? turn : {};
      const field = ['value', 'content', 'text'].find((each) => fields[each] !== undefined) ?? 'value';
      return {
        role: fields['from'] ?? fields['role'],
        text: joinTexts(fields[field]),
        place: `${name}/${index}/${field}`,
      };
    });
    const human = turns.find(({ role, text }) => humans.includes(role) && text !== '');
    if (human === undefined) return { omitted: 'no human turn' };
    const [first] = turns;
    const used = [name];
    if (first?.role !== 'system' || typeof first.text !== 'string' || first.text === '')
      return { value: { prompt: human.text }, places: { prompt: human.place }, used };
    const messages = [
      { role: 'system', content: first.text },
      { role: 'user', content: human.text },
    ];
    return { value: { messages }, places: { messages: name }, used };
  },
};
