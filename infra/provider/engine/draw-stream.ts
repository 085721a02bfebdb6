import type { Latency, ModelConfig, TokensPerChunk } from '../config/provider-config.ts';
import { drawFactor, drawNormal, drawUniform, type Random } from './draw-factor.ts';

/** One stream's schedule with nothing else in flight. Load stretches it (`createStreamEngine`). */
export type DrawnStream = {
  prefillMs: number;
  /** Tokens of each chunk, and its instant after the first chunk (0 for the first), never falling. */
  chunks: { tokens: number; afterFirstMs: number }[];
  /** Share of the load's slowdown that this stream feels, mean 1. */
  prefillSensitivity: number;
  decodeSensitivity: number;
};

/** Draws the time of a stream: `base + perInputToken · input` to the first chunk, then so much for each token. */
export function drawStream(
  model: Pick<ModelConfig, 'latency' | 'tokensPerChunk'>,
  inputTokens: number,
  outputTokens: number,
  random: Random,
): DrawnStream {
  const { ttft, outputToken } = model.latency;
  const prefillMs = (ttft.baseMs + ttft.perInputTokenMs * inputTokens) * drawFactor(random, ttft.noise);
  const perTokenMs = outputToken.ms * drawFactor(random, outputToken.noise);
  return {
    prefillMs,
    prefillSensitivity: drawSensitivity(random, ttft.load),
    decodeSensitivity: drawSensitivity(random, outputToken.load),
    chunks: drawChunks(model.tokensPerChunk, outputTokens, perTokenMs, outputToken.jitterMs, random),
  };
}

function drawSensitivity(random: Random, load: Latency['ttft']['load']): number {
  return drawFactor(random, { kind: 'lognormal', cv: load.unevennessCv });
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
  // The tokens of the first chunk are there when it is: what follows counts from its last token.
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
