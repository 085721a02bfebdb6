import type { Sample } from '../sample/sample.ts';
import type { Pricing } from '../spec/pricing.ts';
import { computeCostBySide } from './compute-request-cost-usd.ts';
import { countBilledTokens } from './count-billed-tokens.ts';

/** What was billed, as far as token counts tell; costs in USD, 0 without prices. */
export type Bills = {
  ok: number[];
  failed: number[];
  warmup: number[];
  /** Of the ok requests. */
  inputUsd: number[];
  outputUsd: number[];
  inputTokens: number[];
  outputTokens: number[];
  /** 1 where the request is good, as `isGood` says, else 0. */
  isGood: number[];
  sources: { usage: number; tokenizer: number; mixed: number };
  tokens: { inputTokens: number; cachedInputTokens: number; outputTokens: number; reasoningTokens: number };
  /** Requests that are good: ok, and as `isGood` says. */
  good: number;
  /** Requests that the server began to answer, that did not end well, and report no usage. */
  unknownBilling: number;
};

/** Sums up what requests were billed, each kind apart. */
export function tallyBills(
  pricing: Pricing | null,
  samples: readonly Sample[],
  isGood: (sample: Sample) => boolean,
): Bills {
  const bills: Bills = {
    ok: [],
    failed: [],
    warmup: [],
    inputUsd: [],
    outputUsd: [],
    inputTokens: [],
    outputTokens: [],
    isGood: [],
    sources: { usage: 0, tokenizer: 0, mixed: 0 },
    tokens: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 },
    good: 0,
    unknownBilling: 0,
  };
  for (const sample of samples) {
    if (sample.outcome === 'not_sent') continue;
    const billed = countBilledTokens(sample);
    if (billed === null) {
      if (sample.httpStatus !== null && sample.httpStatus < 300) bills.unknownBilling += 1;
      continue;
    }
    const { inputUsd, outputUsd } =
      pricing === null ? { inputUsd: 0, outputUsd: 0 } : computeCostBySide(pricing, billed);
    const costUsd = inputUsd + outputUsd;
    if (sample.warmup) bills.warmup.push(costUsd);
    else if (sample.outcome !== 'ok') bills.failed.push(costUsd);
    else {
      bills.ok.push(costUsd);
      bills.inputUsd.push(inputUsd);
      bills.outputUsd.push(outputUsd);
      bills.sources[billed.source] += 1;
      for (const kind of tokenKinds) bills.tokens[kind] += billed[kind];
      bills.inputTokens.push(billed.inputTokens);
      bills.outputTokens.push(billed.outputTokens);
      bills.isGood.push(isGood(sample) ? 1 : 0);
      bills.good += bills.isGood.at(-1) ?? 0;
    }
  }
  return bills;
}

const tokenKinds = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'reasoningTokens'] as const;
