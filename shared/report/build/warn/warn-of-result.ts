import type { TokenCounts } from '../../../metrics/measure-token-counts.ts';
import type { TurnMetrics } from '../../../metrics/measure-turns.ts';
import type { Workload } from '../../../workload/workload.ts';
import type { Result } from '../../model/result.ts';
import { warnOfCache } from './warn-of-cache.ts';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const requests = (count: number) => (count === 1 ? '1 request' : `${count} requests`);

/**
 * The plain warnings that the numbers of a result call for, each a sentence.
 * @param planned requests of the plan, warm-up included
 */
export function warnOfResult(result: Omit<Result, 'warnings'>, workload: Workload, planned: number): string[] {
  return [
    ...warnOfOutcomes(result),
    ...warnOfTokens(result.tokens),
    ...warnOfTurns(result.turns),
    ...warnOfCache(workload, result.tokens, planned),
    ...warnOfAnswers(result),
  ];
}

function warnOfOutcomes({ counts, requests: series, connections, warmup }: Omit<Result, 'warnings'>): string[] {
  const warnings: string[] = [];
  if (counts.notSent > 0) {
    const reasons = Object.entries(counts.notSentByReason).filter(([, count]) => count > 0);
    const list = reasons.map(([reason, count]) => `${reason} ${count}`).join(', ');
    warnings.push(`${counts.notSent} of ${counts.planned} planned requests were never sent (${list}).`);
  }
  if (counts.canceled > 0)
    warnings.push(`${requests(counts.canceled)} canceled while open: the slowest are the likeliest to be missing.`);
  if (counts.failed > 0 && counts.ok > 0)
    warnings.push(
      `Latencies are of the ${counts.ok} good requests alone; ${counts.failed} failed (${percent(counts.failed / counts.issued)} of those issued).`,
    );
  if (connections.fresh > 0 && connections.reused > 0)
    warnings.push(
      `${requests(connections.fresh)} had to open a connection in the measured time; its phases are reported apart.`,
    );
  if (series.ttftMs.n > 0 && series.ttftMs.n < 100)
    warnings.push(`n = ${series.ttftMs.n}: p99 is close to the largest value and says little.`);
  if (warmup.counts.failed > 0) warnings.push(`${requests(warmup.counts.failed)} of the warm-up failed.`);
  return warnings;
}

function warnOfTokens(tokens: TokenCounts): string[] {
  const { tokensPerChunk, chunksPerRead, unstreamedShare, usageToTokenizerOutput, inputAttainment } = tokens;
  const warnings: string[] = [];
  if (tokensPerChunk.value !== null && (tokensPerChunk.value > 1.5 || tokensPerChunk.value < 0.67))
    warnings.push(
      `A chunk holds ${tokensPerChunk.value.toFixed(2)} tokens on average: chunkGapMs is no time between tokens; use tpotMs.`,
    );
  if (chunksPerRead.value !== null && chunksPerRead.value > 1.5)
    warnings.push(
      `A read brought ${chunksPerRead.value.toFixed(2)} output events on average: something on the way holds them back.`,
    );
  if (unstreamedShare.value !== null && unstreamedShare.value > 0.1)
    warnings.push(
      `${percent(unstreamedShare.value)} of answers came all at one instant: not streamed, so their TTFT is their whole latency.`,
    );
  if (usageToTokenizerOutput.value !== null && Math.abs(usageToTokenizerOutput.value - 1) > 0.1)
    warnings.push(
      `The server counts ${usageToTokenizerOutput.value.toFixed(3)} output tokens for each of the Llama 2 tokenizer's, on which itlMs, tpotMs and token rates rest.`,
    );
  if (inputAttainment.value !== null && Math.abs(inputAttainment.value - 1) > 0.005)
    warnings.push(
      `Prompts have ${percent(inputAttainment.value)} of the input tokens that were aimed at: read inputTokens, not the workload's size.`,
    );
  return warnings;
}

function warnOfTurns(turns: readonly TurnMetrics[]): string[] {
  const known = turns.filter(({ overlapShare }) => overlapShare.value !== null);
  const count = known.reduce((sum, { overlapShare }) => sum + overlapShare.n, 0);
  const overlapping = known.reduce(
    (sum, { overlapShare }) => sum + Math.round((overlapShare.value ?? 0) * overlapShare.n),
    0,
  );
  if (overlapping === 0) return [];
  return [
    `${overlapping} of ${count} later turns were asked before the turn before them had ended, so that a cache could not have its end: give more conversationsAtOnce.`,
  ];
}

function warnOfAnswers({ answers, overloaded, slowFirstTokenShare }: Omit<Result, 'warnings'>): string[] {
  const warnings: string[] = [];
  const { value, interval: checksums } = answers.checksumOkRate;
  // Of few answers, a few wrong ones are chance: it is said only where the whole interval lies below.
  if (value !== null && checksums !== null && answers.checksumRule.side === 'below')
    warnings.push(
      `${percent(value)} of answers gave the right number (95 % interval ${percent(checksums.low)} to ${percent(checksums.high)}); a well functioning model gives 97 % or more.`,
    );
  if (overloaded === true && slowFirstTokenShare.value !== null)
    warnings.push(
      `Overloaded: ${percent(slowFirstTokenShare.value)} of requests waited over 3 s for the first token; the rule allows 5 %.`,
    );
  return warnings;
}
