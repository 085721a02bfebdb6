import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Workload } from '../domain/run-spec.ts';
import { buildSonnetPrompt } from './build-sonnet-prompt.ts';
import { countTokens } from './count-tokens.ts';
import { numberTask } from './number-task.ts';
import type { Prompt, PromptKind } from './prompt.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * The prompt of one request, from its place in the plan: the same bytes for the same arguments on any machine, target
 * and attempt. Measured and warm-up prompts are drawn apart; only prompts given inline can be in both.
 * @param number - 0 … of its kind
 * @throws RangeError where the workload cannot be met: bounds that no draw meets, min above max, no prompts
 */
export function buildPrompt(workload: Workload, seed: number, kind: PromptKind, number: number): Prompt {
  switch (workload.kind) {
    case 'sonnet':
      return buildSonnetPrompt(workload, seed, kind, number);
    case 'number-words':
      return buildNumberWordsPrompt(workload, seed, kind, number);
    case 'prompts':
      return buildGivenPrompt(workload, kind, number);
  }
}

type Of<Kind extends Workload['kind']> = Extract<Workload, { kind: Kind }>;

/** LLMPerf v2's correctness test: the checksum alone, its number uniform from min to max, both included. */
function buildNumberWordsPrompt(workload: Of<'number-words'>, seed: number, kind: PromptKind, number: number): Prompt {
  if (workload.min > workload.max) throw new RangeError(`min (${workload.min}) is greater than max (${workload.max})`);
  const expectedNumber = uniformInt(seededRandom(seed, 'checksum', kind, number), workload.min, workload.max);
  const content = numberTask(expectedNumber);
  return {
    messages: [{ role: 'user', content }],
    inputTokens: countTokens(content),
    maxOutputTokens: workload.maxOutputTokens,
    expectedNumber,
    inputLines: null,
  };
}

const inputTokensKept = new WeakMap<object, number>();

/** Measured requests take the prompts in order, again and again; warm-up goes backwards, to touch others first. */
function buildGivenPrompt(workload: Of<'prompts'>, kind: PromptKind, number: number): Prompt {
  const given = workload.prompts.at(
    kind === 'measured' ? number % workload.prompts.length : -1 - (number % workload.prompts.length),
  );
  if (given === undefined) throw new RangeError('the workload has no prompts');
  const messages = given.messages ?? [{ role: 'user' as const, content: given.prompt ?? '' }];
  let inputTokens = inputTokensKept.get(given);
  if (inputTokens === undefined) {
    inputTokens = messages.reduce((sum, { content }) => sum + countTokens(content), 0);
    inputTokensKept.set(given, inputTokens);
  }
  return {
    messages: messages.map(({ role, content }) => ({ role, content })),
    inputTokens,
    maxOutputTokens: given.maxOutputTokens ?? workload.maxOutputTokens,
    expectedNumber: null,
    inputLines: null,
  };
}
