import { type FaultKind, faultKinds, type ModelInput } from './provider-config.ts';

const source = 'Modeled on the values published for llama-2-70b-chat in October 2023';

/**
 * The published values are means at concurrency 5 with 550 input and 150 output tokens. Anyscale: 563 ms TTFT and 4.6 s
 * end-to-end latency. Fireworks: 630 ms and 5.3 s. docs/simulated-provider.md explains the values at 30 streams.
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
  description: `${source}: Perplexity, open beta, with its limit of 2 requests per minute`,
  latency: {
    ttft: { baseMs: 260, perInputTokenMs: 0.4, noise: { cv: 0.12 } },
    outputToken: { ms: 22, noise: { cv: 0.03 }, jitterMs: 1.5 },
  },
  output: { correctRate: 0.98 },
  rateLimit: { requests: 2, windowMs: 60_000 },
};

const fast: ModelInput = {
  description: 'Fast and steady, for tests: TTFT is 10 ms plus 0.02 ms per input token, then 1 ms per token',
  latency: { ttft: { baseMs: 10, perInputTokenMs: 0.02, noise: { cv: 0.05 } }, outputToken: { ms: 1 } },
};

const linear: ModelInput = {
  description:
    'For the regression: TTFT is 200 ms plus 0.5 ms per input token, then 45 ms per token, independent of load',
  latency: {
    ttft: { baseMs: 200, perInputTokenMs: 0.5, noise: { cv: 0.05 } },
    outputToken: { ms: 45, noise: { cv: 0.02 } },
  },
};

const instant: ModelInput = {
  description: 'No delay',
  latency: { ttft: { baseMs: 0, perInputTokenMs: 0 }, outputToken: { ms: 0 } },
  tokensPerChunk: 10,
};

function withFault(kind: FaultKind): ModelInput {
  return { ...fast, description: `Each answer has the fault ${kind}`, faults: [{ kind }] };
}

const builtIn = {
  'anyscale-2023': { 'meta-llama/Llama-2-70b-chat-hf': anyscale2023, 'anyscale-2023': anyscale2023 },
  'fireworks-2023': { 'accounts/fireworks/models/llama-v2-70b-chat': fireworks2023, 'fireworks-2023': fireworks2023 },
  'perplexity-2023': { 'llama-2-70b-chat': perplexity2023, 'perplexity-2023': perplexity2023 },
  fast: { fast },
  linear: { linear },
  instant: { instant },
  faults: {
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
} satisfies Record<string, Record<string, ModelInput>>;

export type PresetName = keyof typeof builtIn;
export const presetNames = Object.keys(builtIn) as PresetName[]; // the keys of an object literal
/** Built-in models of simulated providers. The preset `faults` contains a model `fault-<kind>` for each fault. */
export const presets: Record<PresetName, Record<string, ModelInput>> = builtIn;
