import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { LoadCurve, ModelConfig, Noise, TokensPerChunk } from '../config/provider-config.ts';

/** Schedule that a stream has if it runs alone. Other streams slow it down (see `createStreamEngine`). */
export type DrawnStream = {
  prefillMs: number;
  /** Number of tokens in each chunk, and the chunk's time in ms after the first chunk. The first chunk's time is 0. */
  chunks: { tokens: number; afterFirstMs: number }[];
  /** How strongly load slows down this stream's prefill and decoding: random factors with mean 1. */
  prefillSensitivity: number;
  decodeSensitivity: number;
};

/** Draws a stream's schedule: `base + perInputToken · input` ms until the first chunk, then a fixed time per token. */
export function drawStream(
  model: Pick<ModelConfig, 'latency' | 'tokensPerChunk'>,
  inputTokens: number,
  outputTokens: number,
  random: Random,
): DrawnStream {
  const { ttft, outputToken } = model.latency;
  const drawSensitivity = (load: LoadCurve) => drawFactor(random, { kind: 'lognormal', cv: load.unevennessCv });
  const prefillMs = (ttft.baseMs + ttft.perInputTokenMs * inputTokens) * drawFactor(random, ttft.noise);
  const perTokenMs = outputToken.ms * drawFactor(random, outputToken.noise);
  return {
    prefillMs,
    prefillSensitivity: drawSensitivity(ttft.load),
    decodeSensitivity: drawSensitivity(outputToken.load),
    chunks: drawChunks(model.tokensPerChunk, outputTokens, perTokenMs, outputToken.jitterMs, random),
  };
}

function drawChunks(
  tokensPerChunk: TokensPerChunk,
  outputTokens: number,
  perTokenMs: number,
  jitterMs: number,
  random: Random,
): DrawnStream['chunks'] {
  const chunks: DrawnStream['chunks'] = [];
  let sent = 0;
  let lastMs = 0;
  // All tokens of the first chunk arrive together, so later times count from the last of these tokens.
  let firstTokens = 0;
  while (sent < outputTokens) {
    const tokens = Math.min(outputTokens - sent, drawChunkTokens(tokensPerChunk, random));
    sent += tokens;
    if (chunks.length === 0) firstTokens = tokens;
    const jitter = jitterMs === 0 || chunks.length === 0 ? 0 : jitterMs * drawNormal(random);
    lastMs = Math.max(lastMs, (sent - firstTokens) * perTokenMs + jitter);
    chunks.push({ tokens, afterFirstMs: lastMs });
  }
  return chunks;
}

function drawChunkTokens(tokensPerChunk: TokensPerChunk, random: Random): number {
  if (typeof tokensPerChunk === 'number') return tokensPerChunk;
  const { min, max } = tokensPerChunk;
  return min + Math.floor(drawUniform(random) * (max - min + 1));
}

export type Random = RandomGenerator;

/** Creates the random generator of one request, so that its values do not depend on the order of requests. */
export function createRandom(seed: number, sequence: number): Random {
  const random = xoroshiro128plus(scramble(scramble(seed | 0) ^ sequence));
  // The first values after a 32-bit seed are not random, because most of the generator's state is zero.
  for (let skipped = 0; skipped < 8; skipped++) random.next();
  return random;
}

/** Scrambles the bits of a 32-bit integer with the finalizer of MurmurHash3. */
function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) | 0;
}

/** Draws a uniformly distributed number from [0, 1). */
export function drawUniform(random: Random): number {
  return uniformFloat64(random);
}

/** Draws a number from the standard normal distribution, by the Box-Muller transform. */
export function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(random));
}

/** Draws a positive factor with mean 1 and the given coefficient of variation. Normal draws below 0.05 become 0.05. */
export function drawFactor(random: Random, noise: Noise): number {
  const normal = drawNormal(random);
  if (noise.kind === 'normal') return Math.max(0.05, 1 + noise.cv * normal);
  const variance = Math.log(1 + noise.cv ** 2);
  return Math.exp(Math.sqrt(variance) * normal - variance / 2);
}
