import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Workload } from '../../../spec/run-spec.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import { drawReference, referenceLine } from '../../parts/cache-reference.ts';
import { numberTask } from '../../parts/number-task.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';

/**
 * LLMPerf v2's correctness test: the checksum alone, its number uniform from min to max, both included.
 * @throws RangeError where min is above max
 */
export function buildNumberWordsPrompt(
  workload: Extract<Workload, { kind: 'number-words' }>,
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  if (workload.min > workload.max) throw new RangeError(`min (${workload.min}) is greater than max (${workload.max})`);
  const expectedNumber = uniformInt(seededRandom(seed, 'checksum', kind, number), workload.min, workload.max);
  const reference =
    workload.cache === 'cold' ? referenceLine(drawReference(seededRandom(seed, 'reference', kind, number))) : '';
  const content = reference + numberTask(expectedNumber);
  return {
    messages: [{ role: 'user', content }],
    inputTokens: countTokens(content),
    maxOutputTokens: workload.maxOutputTokens,
    expectedNumber,
    inputLines: null,
  };
}
