import type { Workload } from '../domain/run-spec.ts';
import { buildSonnetPrompt } from './build-sonnet-prompt.ts';
import type { Prompt, PromptKind } from './prompt.ts';

/** A prompt of exactly the length of its entry, made of sonnets, that asks for as many tokens as the entry says. */
export function buildTracePrompt(
  { entries, checksum, cache }: Extract<Workload, { kind: 'trace' }>,
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  const entry = entries[number % entries.length];
  if (entry === undefined) throw new RangeError('A trace has at least one entry');
  const inputTokens = { distribution: 'fixed', value: entry.inputTokens } as const;
  const outputTokens = { distribution: 'fixed', value: entry.outputTokens } as const;
  return buildSonnetPrompt({ kind: 'sonnet', inputTokens, outputTokens, checksum, cache }, seed, kind, number);
}
