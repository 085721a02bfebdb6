import type { Usage } from '../../sample/sample.ts';
import type { UsageFooting, UsageStatement } from '../usage-statement.ts';
import type { Note } from './notes.ts';

type Reading = { input: number | null; output: number | null };

/**
 * Puts the stated counts on one footing: input includes cached tokens, and output includes reasoning. The stated total
 * decides whether they are already included; without it, the protocol's own rule does. A part is never larger than its
 * total: one that the stated total leaves no room for is dropped and noted.
 * @param hasOutput whether the answer has output. A server that counts none then does not count
 */
export function settleUsage(
  stated: UsageStatement | null,
  footing: UsageFooting,
  hasOutput: boolean,
): { usage: Usage | null; notes: Note[] } {
  const notes: Note[] = [];
  if (stated === null) return { usage: null, notes };
  const { cachedTokens: cached = null, reasoningTokens: reasoning = null, totalTokens: total = 0 } = stated;
  if (hasOutput && stated.outputTokens === 0 && !reasoning)
    notes.push({ code: 'zero_usage', detail: '0 output tokens, but the answer has output' });
  const fits = ({ input, output }: Reading) => isWithin(cached, input) && isWithin(reasoning, output);
  const readings = listReadings(stated, footing, hasOutput);
  const proven = readings.filter(
    ({ input, output }) => total > 0 && input !== null && output !== null && input + output === total,
  );
  const { input, output } = proven.find(fits) ??
    proven[0] ??
    readings.find(fits) ??
    readings[0] ?? { input: null, output: null };
  if (total > 0 && proven.length === 0 && input !== null && output !== null)
    notes.push({ code: 'usage_total', detail: `${input} + ${output} tokens, but a total of ${total}` });
  const usage: Usage = {
    inputTokens: input,
    outputTokens: output,
    cachedTokens: checkPart('cached', cached, 'input', input, notes),
    reasoningTokens: checkPart('reasoning', reasoning, 'output', output, notes),
  };
  const isEmpty = input === null && output === null && !usage.cachedTokens && !usage.reasoningTokens;
  return { usage: isEmpty ? null : usage, notes };
}

/** Lists what input and output can be, the protocol's own reading first. */
function listReadings(stated: UsageStatement, footing: UsageFooting, hasOutput: boolean): Reading[] {
  const { inputTokens, cachedTokens = 0, cacheWrittenTokens = 0, toolInputTokens = 0 } = stated;
  const { outputTokens, reasoningTokens = 0 } = stated;
  const inputs = [0, cachedTokens + cacheWrittenTokens].map((separate) =>
    addKnown(inputTokens, separate + toolInputTokens, true),
  );
  const outputs = [0, reasoningTokens].map((separate) => addKnown(outputTokens, separate, hasOutput));
  if (footing.cached === 'separate') inputs.reverse();
  // Gemini omits the count of the answer if there are only thoughts.
  if (footing.reasoning === 'separate') {
    outputs.reverse();
    if (outputTokens === undefined && reasoningTokens > 0) outputs[0] = reasoningTokens;
  }
  return outputs.flatMap((output) => inputs.map((input) => ({ input, output })));
}

/** Returns the sum, or null if the count is unknown, or zero although there must have been tokens. */
function addKnown(count: number | undefined, separate: number, isSome: boolean): number | null {
  if (count === undefined) return null;
  return count + separate === 0 && isSome ? null : count + separate;
}

function isWithin(part: number | null, whole: number | null): boolean {
  return part === null || (whole === null ? part === 0 : part <= whole);
}

function checkPart(
  name: string,
  part: number | null,
  ofWhat: string,
  whole: number | null,
  notes: Note[],
): number | null {
  if (part === null || whole === null || part <= whole) return part;
  notes.push({ code: 'usage_parts', detail: `${part} ${name} tokens of ${whole} ${ofWhat} tokens` });
  return null;
}
