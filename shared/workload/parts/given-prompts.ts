import type { GivenPrompt } from '../datasets/given-prompt.ts';
import { average } from '../distributions/summarize-distribution.ts';
import type { Prompt, PromptKey } from '../prompt.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';
import { writeReference } from './lines-task.ts';

type GivenWorkload = { maxOutputTokens: number; cache?: 'cold' | 'warm' | undefined };

const messageTokensKept = new WeakMap<object, number[]>();

/**
 * Builds a prompt from the user's list. Measured requests use the list in order, warm-up requests in reverse order;
 * both start over at the end of the list. With a cold cache, a unique line precedes the first message.
 * @throws RangeError if there are no prompts
 */
export function buildGivenPrompt(workload: GivenWorkload, prompts: readonly GivenPrompt[], key: PromptKey): Prompt {
  const { kind, number } = key;
  const given = prompts.at(kind === 'measured' ? number % prompts.length : -1 - (number % prompts.length));
  if (given === undefined) throw new RangeError('Internal error: the list of prompts is empty');
  const messages = listMessages(given);
  const tokens = countMessageTokens(given, messages);
  const [first] = messages;
  if (workload.cache === 'cold' && first !== undefined) {
    first.content = writeReference(workload, key) + first.content;
    tokens[0] = countTokens(first.content);
  }
  return {
    messages,
    inputTokens: tokens.reduce((sum, count) => sum + count, 0),
    maxOutputTokens: given.maxOutputTokens ?? workload.maxOutputTokens,
    expectedNumber: null,
    inputLines: null,
  };
}

/** Lists the messages of a prompt as new objects, because `buildGivenPrompt` changes the first message. */
function listMessages({ messages, prompt = '' }: GivenPrompt): Prompt['messages'] {
  return messages?.map(({ role, content }) => ({ role, content })) ?? [{ role: 'user', content: prompt }];
}

/** Returns the number of tokens in each message. Caches the counts, and returns a new list. */
function countMessageTokens(given: GivenPrompt, messages: Prompt['messages']): number[] {
  const kept = messageTokensKept.get(given) ?? messages.map(({ content }) => countTokens(content));
  messageTokensKept.set(given, kept);
  return [...kept];
}

/** Estimates the input tokens and output limits of a user's prompts. */
export function estimateGiven(prompts: readonly GivenPrompt[], { maxOutputTokens }: GivenWorkload) {
  const limits = prompts.map((prompt) => prompt.maxOutputTokens ?? maxOutputTokens);
  const texts = prompts.flatMap((prompt) => listMessages(prompt).map(({ content }) => content));
  return {
    inputTokensMean: estimateTotal(texts) / prompts.length,
    outputTokensMean: average(limits),
    outputTokensMax: limits.reduce((max, limit) => Math.max(max, limit), 0),
  };
}

/** Maximum number of characters to tokenize for an estimate, because tokenizing blocks other requests. */
const mostCountedCharacters = 200_000;

function estimateTotal(texts: readonly string[]): number {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const share = Math.min(1, mostCountedCharacters / characters);
  const begun = texts.map((text) => text.slice(0, Math.ceil(text.length * share)));
  const counted = begun.reduce((sum, text) => sum + text.length, 0);
  return (begun.reduce((sum, text) => sum + countTokens(text), 0) * characters) / counted;
}
