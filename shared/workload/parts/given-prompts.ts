import type { Workload } from '../../spec/run-spec.ts';
import type { GivenPrompt } from '../datasets/dataset.ts';
import { seededRandom } from '../distributions/seeded-random.ts';
import type { Prompt, PromptKind } from '../prompt.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';
import { drawReference, referenceLine } from './cache-reference.ts';

type GivenWorkload = Pick<Extract<Workload, { kind: 'prompts' | 'dataset' }>, 'maxOutputTokens' | 'cache'>;

const messageTokensKept = new WeakMap<object, number[]>();

/**
 * Measured requests take the prompts in order, again and again; warm-up goes backwards, to touch others first. With a cold
 * cache a line of the request's own stands before the first message, so that not even the same prompt is the same twice.
 * @throws RangeError where there are no prompts
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
    first.content = referenceLine(drawReference(seededRandom(seed, 'reference', kind, number))) + first.content;
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

/** Of each message as it is given, counted once; the list is the caller's own. */
function messageTokens(given: GivenPrompt, messages: Prompt['messages']): number[] {
  const kept = messageTokensKept.get(given) ?? messages.map(({ content }) => countTokens(content));
  messageTokensKept.set(given, kept);
  return [...kept];
}
