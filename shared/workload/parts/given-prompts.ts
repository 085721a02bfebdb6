import { runAtOnce, type Steps } from '../../time-slices.ts';
import type { GivenPrompt } from '../datasets/given-prompt.ts';
import { average } from '../distributions/summarize-distribution.ts';
import type { Prompt, PromptKey } from '../prompt.ts';
import { countTokens, countTokensAfterLineBreakInSteps, countTokensInSteps } from '../tokenizers/count-tokens.ts';
import { writeReference } from './lines-task.ts';

type GivenWorkload = { maxOutputTokens: number; cache?: 'cold' | 'warm' | undefined };

/**
 * Builds a prompt from the user's list. Measured requests use the list in order, warm-up requests in reverse order;
 * both start over at the end of the list. With a cold cache, a unique line precedes the first message.
 * @throws RangeError if there are no prompts
 */
export function buildGivenPrompt(workload: GivenWorkload, prompts: readonly GivenPrompt[], key: PromptKey): Prompt {
  const given = pickGiven(prompts, key);
  const messages = listMessages(given);
  const tokens = runAtOnce(readTokens(workload, given));
  const line = writeReference(workload, key);
  const [first] = messages;
  if (first !== undefined) first.content = line + first.content;
  return {
    messages,
    // The line ends with a line break, so its tokens can be added.
    inputTokens: tokens + countTokens(line),
    maxOutputTokens: given.maxOutputTokens ?? workload.maxOutputTokens,
    expectedNumber: null,
    inputLines: null,
  };
}

/** Counts and caches the tokens of the texts of a prompt. */
export function* countGivenTexts(
  workload: GivenWorkload,
  prompts: readonly GivenPrompt[],
  key: PromptKey,
): Steps<void> {
  yield* readTokens(workload, pickGiven(prompts, key));
}

function pickGiven(prompts: readonly GivenPrompt[], { kind, number }: PromptKey): GivenPrompt {
  const given = prompts.at(kind === 'measured' ? number % prompts.length : -1 - (number % prompts.length));
  if (given === undefined) throw new RangeError('Internal error: the list of prompts is empty');
  return given;
}

const tokensKept = { cold: new WeakMap<GivenPrompt, number>(), warm: new WeakMap<GivenPrompt, number>() };

/** Counts the tokens of a prompt's messages. With a cold cache, the first message follows a line break. */
function* readTokens({ cache = 'warm' }: GivenWorkload, given: GivenPrompt): Steps<number> {
  const kept = tokensKept[cache].get(given);
  if (kept !== undefined) return kept;
  let tokens = 0;
  for (const [index, { content }] of listMessages(given).entries())
    tokens += yield* cache === 'cold' && index === 0
      ? countTokensAfterLineBreakInSteps(content)
      : countTokensInSteps(content);
  tokensKept[cache].set(given, tokens);
  return tokens;
}

/** Lists the messages of a prompt as new objects, because `buildGivenPrompt` changes the first message. */
function listMessages({ messages, prompt = '' }: GivenPrompt): Prompt['messages'] {
  return messages?.map(({ role, content }) => ({ role, content })) ?? [{ role: 'user', content: prompt }];
}

/** Estimates the input tokens and output limits of a user's prompts. */
export function* estimateGiven(
  prompts: readonly GivenPrompt[],
  { maxOutputTokens }: GivenWorkload,
): Steps<{ inputTokensMean: number; outputTokensMean: number; outputTokensMax: number }> {
  const limits = prompts.map((prompt) => prompt.maxOutputTokens ?? maxOutputTokens);
  const texts = prompts.flatMap((prompt) => listMessages(prompt).map(({ content }) => content));
  return {
    inputTokensMean: (yield* estimateTotal(texts)) / prompts.length,
    outputTokensMean: average(limits),
    outputTokensMax: limits.reduce((max, limit) => Math.max(max, limit), 0),
  };
}

/** Maximum number of characters to count for an estimate. */
const mostCountedCharacters = 200_000;

function* estimateTotal(texts: readonly string[]): Steps<number> {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const share = Math.min(1, mostCountedCharacters / characters);
  let counted = 0;
  let tokens = 0;
  for (const text of texts) {
    const begun = text.slice(0, Math.ceil(text.length * share));
    counted += begun.length;
    tokens += yield* countTokensInSteps(begun);
  }
  return (tokens * characters) / counted;
}
