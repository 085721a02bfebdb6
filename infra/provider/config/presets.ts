import { type FaultKind, faultKinds, type ModelInput } from './provider-config.ts';

/** A preset names models; each answers under all of its names. */
export type Preset = { description: string; models: Record<string, ModelInput> };

const source = 'Shaped like the figures published for llama-2-70b-chat in October 2023';

/*
 * At 5 streams and 550/150 tokens: mean TTFT 563 ms and end to end 4.6 s, against 630 ms and 5.3 s. In rounds of 30 they
 * top out at 227 and 184 requests a minute while the means differ by 5 %: that is only possible where single streams
 * suffer unevenly from the load, since the slowest request of a round sets its length. Hence `unevennessCv`.
 */
const anyscale2023: ModelInput = {
  description: `${source}: Anyscale Endpoints`,
  latency: {
    ttft: { baseMs: 263, perInputTokenMs: 0.4, noise: { cv: 0.12 }, load: { gain: 1.2 } },
    outputToken: { ms: 27.4, noise: { cv: 0.03 }, load: { gain: 0.478, power: 4, unevennessCv: 0.2 }, jitterMs: 1.5 },
  },
  output: { correctRate: 0.98 },
};

const fireworks2023: ModelInput = {
  description: `${source}: Fireworks`,
  latency: {
    ttft: { baseMs: 362, perInputTokenMs: 0.4, noise: { cv: 0.12 }, load: { gain: 0.6 } },
    outputToken: { ms: 31.6, noise: { cv: 0.03 }, load: { gain: 0.55, power: 4, unevennessCv: 1.5 }, jitterMs: 1.5 },
  },
  output: { correctRate: 0.98 },
};

const perplexity2023: ModelInput = {
  description: `${source}: Perplexity, open beta, with its limit of 2 requests a minute`,
  latency: {
    ttft: { baseMs: 260, perInputTokenMs: 0.4, noise: { cv: 0.12 } },
    outputToken: { ms: 22, noise: { cv: 0.03 }, jitterMs: 1.5 },
  },
  output: { correctRate: 0.98 },
  rateLimit: { requests: 2, windowMs: 60_000 },
};

const fast: ModelInput = {
  description: 'Quick and steady, for tests: 10 ms and 0.02 ms an input token to the first token, then 1 ms a token',
  latency: { ttft: { baseMs: 10, perInputTokenMs: 0.02, noise: { cv: 0.05 } }, outputToken: { ms: 1 } },
};

const linear: ModelInput = {
  description:
    'Made for the regression: 200 ms and 0.5 ms an input token to the first token, then 45 ms a token, load or not',
  latency: {
    ttft: { baseMs: 200, perInputTokenMs: 0.5, noise: { cv: 0.05 } },
    outputToken: { ms: 45, noise: { cv: 0.02 } },
  },
};

const instant: ModelInput = {
  description: 'No delay at all',
  latency: { ttft: { baseMs: 0, perInputTokenMs: 0 }, outputToken: { ms: 0 } },
  tokensPerChunk: 10,
};

function withFault(kind: FaultKind): ModelInput {
  return { ...fast, description: `Every answer has the fault ${kind}`, faults: [{ kind }] };
}

export const presetNames = [
  'anyscale-2023',
  'fireworks-2023',
  'perplexity-2023',
  'fast',
  'linear',
  'instant',
  'faults',
] as const;
export type PresetName = (typeof presetNames)[number];

/** Ready-made providers. `faults` has a model `fault-<kind>` for every fault; `fault-http-404` and the like too. */
export const presets: Record<PresetName, Preset> = {
  'anyscale-2023': {
    description: anyscale2023.description ?? '',
    models: { 'meta-llama/Llama-2-70b-chat-hf': anyscale2023, 'anyscale-2023': anyscale2023 },
  },
  'fireworks-2023': {
    description: fireworks2023.description ?? '',
    models: { 'accounts/fireworks/models/llama-v2-70b-chat': fireworks2023, 'fireworks-2023': fireworks2023 },
  },
  'perplexity-2023': {
    description: perplexity2023.description ?? '',
    models: { 'llama-2-70b-chat': perplexity2023, 'perplexity-2023': perplexity2023 },
  },
  fast: { description: fast.description ?? '', models: { fast } },
  linear: { description: linear.description ?? '', models: { linear } },
  instant: { description: instant.description ?? '', models: { instant } },
  faults: {
    description: 'A model for every fault',
    models: {
      ok: fast,
      ...Object.fromEntries(faultKinds.map((kind) => [`fault-${kind}`, withFault(kind)])),
      ...Object.fromEntries(
        [400, 401, 404, 500, 503].map((status) => [
          `fault-http-${status}`,
          { ...fast, faults: [{ kind: 'http-error', status }] } satisfies ModelInput,
        ]),
      ),
      'fault-rate-limited-no-hint': { ...fast, faults: [{ kind: 'rate-limited', retryAfter: null }] },
      'fault-rate-limited-date': { ...fast, faults: [{ kind: 'rate-limited', retryAfter: 'date' }] },
    },
  },
};
