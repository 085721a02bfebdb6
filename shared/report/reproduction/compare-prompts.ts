import type { PromptDigest } from '../../records/prompt-digest.ts';
import type { Agreement } from './judge-agreement.ts';

/** Whether a run that repeated a report asked the same prompts, by the digests of the first of them, and a sentence that says so. */
export function comparePrompts(
  before: PromptDigest | null,
  after: PromptDigest | null,
): { verdict: Agreement; text: string } {
  if (before === null || after === null || before.count !== after.count)
    return {
      verdict: 'cannot tell',
      text: 'Whether the prompts are the same cannot be told: a report lacks their digest',
    };
  const prompts = before.count === 1 ? 'first prompt is' : `first ${before.count} prompts are`;
  if (before.sha256 === after.sha256)
    return { verdict: 'agree', text: `The ${prompts} the same, byte for byte (SHA-256 ${before.sha256})` };
  return {
    verdict: 'differ',
    text: `The ${prompts} not the same (SHA-256 ${before.sha256} before, ${after.sha256} now): the new run asked something else`,
  };
}
