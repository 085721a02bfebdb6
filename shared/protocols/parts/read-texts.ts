import { isObject } from './usage.ts';

/** Fields with reasoning in the messages of compatible servers, in order of preference: some repeat it in several. */
const reasoningNames = [
  'reasoning_content',
  'reasoning',
  'thinking',
  'thinking_content',
  'thought',
  'thoughts',
  'reasoning_text',
  'reasoning_summary',
  'reasoning_details',
  'thinking_blocks',
];
/** Fields of an ordinary message, which hold no reasoning. */
const plainNames = new Set(['role', 'content', 'refusal', 'tool_calls', 'function_call', 'audio', 'annotations']);
const otherReasoning = /reason|think|thought/i;
const notReasoning = /signature|encrypted|token|effort|format|_id$|finish|stop/i;

/** Returns the reasoning of a message, from the first of its fields that has any. */
export function readReasoning(message: Readonly<Record<string, unknown>>): string {
  if (!hasOtherThanPlain(message)) return '';
  for (const name of reasoningNames) {
    const text = name in message ? readText(message[name]) : '';
    if (text !== '') return text;
  }
  for (const name in message) {
    if (!otherReasoning.test(name) || notReasoning.test(name)) continue;
    const text = readText(message[name]);
    if (text !== '') return text;
  }
  return '';
}

function hasOtherThanPlain(message: Readonly<Record<string, unknown>>): boolean {
  for (const name in message) if (!plainNames.has(name)) return true;
  return false;
}

/** Returns the text of a value: a string, a list of parts, or a part with its text in one of the usual fields. */
export function readText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(readText).join('');
  if (!isObject(value)) return '';
  for (const name of ['text', 'thinking', 'content', 'summary', 'reasoning']) {
    const text = readText(value[name]);
    if (text !== '') return text;
  }
  return '';
}

/** Returns arguments as text. Some servers send an object in place of its text. */
export function readArguments(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : '';
}

/** Returns the names and the arguments of the tool calls in a message. */
export function readCalls(calls: unknown): { names: string; texts: string } {
  const list = Array.isArray(calls) ? calls : [calls];
  const read = { names: '', texts: '' };
  for (const call of list) {
    if (!isObject(call)) continue;
    const inner = isObject(call['function']) ? call['function'] : call;
    if (typeof inner['name'] === 'string') read.names += inner['name'];
    read.texts += readArguments(inner['arguments'] ?? inner['input']);
  }
  return read;
}
