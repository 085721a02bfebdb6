import type { GivenPrompt } from '../datasets/given-prompt.ts';
import { average } from '../distributions/summarize-distribution.ts';
import type { Prompt, PromptKind } from '../prompt.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';
import { writeReference } from './cache-reference.ts';

type GivenWorkload = { maxOutputTokens: number; cache?: 'cold' | 'warm' | undefined };

const messageTokensKept = new WeakMap<object, number[]>();

/**
 * Measured requests take the prompts in order, again and again; warm-up goes backwards, to touch others first. With a cold
 * cache a line of the request's own stands before the first message, so that not even the same prompt is the same twice.
 * @throws RangeError if there are no prompts
 */
export function buildGivenPrompt(
  workload: GivenWorkload,
  prompts: readonly GivenPrompt[],
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  const given = prompts.at(kind === 'measured' ? number % prompts.length : -1 - (number % prompts.length));
  if (given === undefined) throw new RangeError('the workload has no prompts');
  const messages = (given.messages ?? [{ role: 'user' as const, content: given.prompt ?? '' }]).map(
    ({ role, content }) => ({ role, content }),
  );
  const tokens = messageTokens(given, messages);
  const [first] = messages;
  if (workload.cache === 'cold' && first !== undefined) {
    first.content = writeReference(workload, seed, kind, number) + first.content;
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

/** Counts each message as it is given, once; the list is the caller's own. */
function messageTokens(given: GivenPrompt, messages: Prompt['messages']): number[] {
  const kept = messageTokensKept.get(given) ?? messages.map(({ content }) => countTokens(content));
  messageTokensKept.set(given, kept);
  return [...kept];
}

/** Estimates from the prompts themselves: their tokens, and the output limits that they or the workload set. */
export function estimateGiven(prompts: readonly GivenPrompt[], { maxOutputTokens }: GivenWorkload) {
  const limits = prompts.map((prompt) => prompt.maxOutputTokens ?? maxOutputTokens);
  return {
    inputTokensMean: estimateTotal(prompts.flatMap(listTexts)) / prompts.length,
    outputTokensMean: average(limits),
    outputTokensMax: limits.reduce((max, limit) => Math.max(max, limit), 0),
  };
}

function listTexts(given: GivenPrompt): string[] {
  return given.messages === undefined ? [given.prompt ?? ''] : given.messages.map(({ content }) => content);
}

/** Others wait behind a request for an estimate, so text beyond this is assumed to be like the rest. */
const mostCountedCharacters = 200_000;

function estimateTotal(texts: readonly string[]): number {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const share = Math.min(1, mostCountedCharacters / characters);
  const begun = texts.map((text) => text.slice(0, Math.ceil(text.length * share)));
  const counted = begun.reduce((sum, text) => sum + text.length, 0);
  return (begun.reduce((sum, text) => sum + countTokens(text), 0) * characters) / counted;
}
