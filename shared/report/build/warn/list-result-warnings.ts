import type { TokenCounts } from '../../../metrics/measure-token-counts.ts';
import type { TurnMetrics } from '../../../metrics/measure-turns.ts';
import { minimumNForQuantile } from '../../../stats/quantile-interval.ts';
import { getWorkloadKind, type Workload } from '../../../workload/workload.ts';
import type { Result } from '../../model/result.ts';
import { countThings, formatNumber } from '../../words/format-text.ts';

const formatShare = (share: number) => `${(share * 100).toFixed(1)} %`;

/** Lists warnings about a result's values, one sentence each. `planned` counts all requests, including warm-up. */
export function listResultWarnings(result: Omit<Result, 'warnings'>, workload: Workload, planned: number): string[] {
  return [
    ...listOutcomeWarnings(result),
    ...listTokenWarnings(result.tokens),
    ...listTurnWarnings(result.turns),
    ...listCacheWarnings(workload, result.tokens, planned),
    ...listAnswerWarnings(result),
  ];
}

function listOutcomeWarnings({ counts, requests, connections, warmup }: Omit<Result, 'warnings'>): string[] {
  const warnings: string[] = [];
  if (counts.notSent > 0) {
    const reasons = Object.entries(counts.notSentByReason).filter(([, count]) => count > 0);
    const list = reasons.map(([reason, count]) => `${reason} ${count}`).join(', ');
    warnings.push(`${counts.notSent} of ${counts.planned} planned requests were not sent (${list}).`);
  }
  if (counts.canceled > 0)
    warnings.push(
      `${countThings(counts.canceled, 'request')} ${counts.canceled === 1 ? 'was' : 'were'} canceled while open. Slow requests are more likely to be missing than fast requests.`,
    );
  if (counts.disturbed > 0)
    warnings.push(
      `${countThings(counts.disturbed, 'request')} ${counts.disturbed === 1 ? 'was' : 'were'} open while a worker stalled. Latencies, throughput, and shares exclude disturbed requests; the raw samples include them.`,
    );
  if (counts.failed > 0 && counts.ok > 0)
    warnings.push(
      `Latencies include only the ${counts.ok} successful requests; ${counts.failed} failed (${formatShare(counts.failed / counts.issued)} of the issued requests).`,
    );
  if (connections.fresh > 0 && connections.reused > 0)
    warnings.push(
      `${countThings(connections.fresh, 'request')} opened a connection during the measurement. Latencies exclude the time to open it.`,
    );
  const { n } = requests.ttftMs;
  if (n > 0 && n < 100)
    warnings.push(`n = ${n} is too small for a reliable p99 (${minimumNForQuantile(0.99)} requests needed).`);
  if (warmup.counts.failed > 0) warnings.push(`${countThings(warmup.counts.failed, 'warm-up request')} failed.`);
  return warnings;
}

function listTokenWarnings(tokens: TokenCounts): string[] {
  const { chunksPerRead, unstreamedShare, inputAttainment } = tokens;
  const warnings = [...listChunkWarnings(tokens), ...listCountWarnings(tokens)];
  if (chunksPerRead.value !== null && chunksPerRead.value > 1.5)
    warnings.push(
      `A read returned ${chunksPerRead.value.toFixed(2)} output events on average. Something between the model and this service buffers them.`,
    );
  if (unstreamedShare.value !== null && unstreamedShare.value > 0.1)
    warnings.push(
      `${formatShare(unstreamedShare.value)} of the responses arrived all at once. They were not streamed, so TTFT equals end-to-end latency for them.`,
    );
  if (inputAttainment.value !== null && Math.abs(inputAttainment.value - 1) > 0.005)
    warnings.push(
      `The prompts contain ${formatShare(inputAttainment.value)} of the requested input tokens. Use inputTokens, not the size in the workload.`,
    );
  return warnings;
}

/** Lists a warning if chunks are not tokens. The server's own count decides, or else the tokenizer's. */
function listChunkWarnings({ tokensPerChunk, usageTokensPerChunk }: TokenCounts): string[] {
  const [own, usage] = [tokensPerChunk.value, usageTokensPerChunk.value];
  const perChunk = usage ?? own;
  if (perChunk === null || (perChunk <= 1.5 && perChunk >= 0.67)) return [];
  const tokenizer = own === null ? '' : `${own.toFixed(2)} by the Llama 2 tokenizer`;
  const counts = usage === null ? tokenizer : `${usage.toFixed(2)} by the server’s count, ${tokenizer}`;
  return [
    `A chunk contains ${perChunk.toFixed(2)} tokens on average (${counts}), so chunkGapMs is not the time between tokens. Use tpotMs.`,
  ];
}

/** Lists a warning with both counts of output tokens if they differ by more than 10 %. */
function listCountWarnings({ usageToTokenizerOutput, usageOutputTokens }: TokenCounts): string[] {
  const [ratio, usage] = [usageToTokenizerOutput.value, usageOutputTokens.mean];
  if (ratio === null || usage === null || Math.abs(ratio - 1) <= 0.1) return [];
  const server = formatNumber(usage, 1);
  const own = ratio === 0 ? 'more' : formatNumber(usage / ratio, 1);
  return [
    `The server counts ${server} output tokens per response, the Llama 2 tokenizer ${own} (ratio ${ratio.toFixed(3)}). itlMs, tpotMs and token rates use the tokenizer; costs use the server’s count.`,
  ];
}

function listTurnWarnings(turns: readonly TurnMetrics[]): string[] {
  let [count, overlapping] = [0, 0];
  for (const { overlapShare } of turns) {
    if (overlapShare.value === null) continue;
    count += overlapShare.n;
    overlapping += Math.round(overlapShare.value * overlapShare.n);
  }
  if (overlapping === 0) return [];
  return [
    `${overlapping} of ${count} later turns started before the previous turn ended, so a cache did not yet contain the whole conversation. Increase conversationsAtOnce.`,
  ];
}

const cacheConsequences = {
  cold: 'The spec requests a cold cache. Either these prompts were sent before (by a run with the same seed, or to another target on the same server), or they share a prefix such as a template. Use another seed.',
  warm: 'The spec requests a warm cache, so TTFT and the time per input token are those of a warm cache.',
  history: 'This is expected, because each turn repeats the previous turns. See the metrics by turn.',
} as const;

/** Lists warnings about cached input tokens and repeated prompts. `planned` counts all requests, including warm-up. */
export function listCacheWarnings(workload: Workload, tokens: TokenCounts, planned: number): string[] {
  const kind = getWorkloadKind(workload);
  const cache = kind.findCacheUse(workload);
  const warnings: string[] = [];
  const { usageCachedTokens, cachedInputShare, cachedRequestShare } = tokens;
  if (usageCachedTokens.max !== null && usageCachedTokens.max > 0) {
    const share = cachedInputShare.value === null ? '' : `${formatShare(cachedInputShare.value)} of `;
    const hits = Math.round((cachedRequestShare.value ?? 0) * cachedRequestShare.n);
    warnings.push(
      `The server took ${share}input tokens from a cache, in ${hits} of the ${cachedRequestShare.n} requests whose usage reports cached tokens. ${cacheConsequences[cache]}`,
    );
  }
  const distinct = cache === 'warm' ? (kind.countPrompts?.(workload) ?? null) : null;
  if (distinct !== null && planned > distinct)
    warnings.push(
      `Prompts repeat: ${planned} requests, warm-up included, use ${countThings(distinct, 'prompt')}. A cache can speed up each repetition.`,
    );
  return warnings;
}

function listAnswerWarnings({ answers, overloaded, slowFirstTokenShare }: Omit<Result, 'warnings'>): string[] {
  const warnings: string[] = [];
  const { value, interval: checksums } = answers.checksumOkRate;
  // A few wrong responses can be chance, so the warning requires that the whole interval is below the limit.
  if (value !== null && checksums !== null && answers.checksumRule.side === 'below')
    warnings.push(
      `${formatShare(value)} of the responses contain the right number (95 % interval ${formatShare(checksums.low)} to ${formatShare(checksums.high)}). A well-functioning model reaches at least 97 %.`,
    );
  if (overloaded === true && slowFirstTokenShare.value !== null)
    warnings.push(
      `Overloaded: ${formatShare(slowFirstTokenShare.value)} of requests waited more than 3 s for the first token. The limit is 5 %.`,
    );
  return warnings;
}
