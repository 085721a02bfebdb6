import type { Result } from './result.ts';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** The plain warnings that the numbers of a result call for, each a sentence. */
export function warningsOf(result: Omit<Result, 'warnings'>): string[] {
  const { counts, requests, tokens, answers, connections, warmup } = result;
  const warnings: string[] = [];
  const { tokensPerChunk, chunksPerRead, unstreamedShare, usageToTokenizerOutput, usageCachedTokens } = tokens;
  if (counts.notSent > 0)
    warnings.push(
      `${counts.notSent} of ${counts.planned} planned requests were never sent: ${list(counts.notSentByReason)}.`,
    );
  if (counts.cancelled > 0)
    warnings.push(
      `${counts.cancelled} requests were cancelled while open: the slowest are the likeliest to be missing.`,
    );
  if (counts.failed > 0 && counts.ok > 0)
    warnings.push(
      `Latencies are of the ${counts.ok} good requests alone; ${counts.failed} failed (${percent(counts.failed / counts.issued)} of those issued).`,
    );
  if (tokensPerChunk.value !== null && (tokensPerChunk.value > 1.5 || tokensPerChunk.value < 0.67))
    warnings.push(
      `A chunk holds ${tokensPerChunk.value.toFixed(2)} tokens on average: chunkGapMs is no time between tokens; use tpotMs.`,
    );
  if (chunksPerRead.value !== null && chunksPerRead.value > 1.5)
    warnings.push(
      `Each read brought ${chunksPerRead.value.toFixed(2)} output events on average: something on the way holds them back.`,
    );
  if (unstreamedShare.value !== null && unstreamedShare.value > 0.1)
    warnings.push(
      `${percent(unstreamedShare.value)} of answers came all at one instant: not streamed, so their TTFT is their whole latency.`,
    );
  if (usageToTokenizerOutput.value !== null && Math.abs(usageToTokenizerOutput.value - 1) > 0.1)
    warnings.push(
      `The server counts ${usageToTokenizerOutput.value.toFixed(3)} output tokens for each of the Llama 2 tokenizer's, on which itlMs, tpotMs and token rates rest.`,
    );
  if (usageCachedTokens.max !== null && usageCachedTokens.max > 0)
    warnings.push(
      'The server took input tokens from its cache: TTFT and the time per input token are those of a warm cache.',
    );
  if (answers.checksumOkRate.value !== null && answers.checksumOkRate.value < 0.97)
    warnings.push(
      `${percent(answers.checksumOkRate.value)} of answers gave the right number; a well functioning model gives 97 % or more.`,
    );
  if (result.overloaded === true)
    warnings.push(
      `Overloaded: ${percent(result.slowFirstTokenShare.value ?? 0)} of requests waited over 3 s for the first token (the rule allows 5 %).`,
    );
  if (connections.fresh > 0 && connections.reused > 0)
    warnings.push(`${connections.fresh} measured requests had to open a connection; its phases are reported apart.`);
  if (requests.ttftMs.n > 0 && requests.ttftMs.n < 100)
    warnings.push(`n = ${requests.ttftMs.n}: p99 is close to the largest value and says little.`);
  if (warmup.counts.failed > 0) warnings.push(`${warmup.counts.failed} warm-up requests failed.`);
  return warnings;
}

function list(counts: Record<string, number>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
