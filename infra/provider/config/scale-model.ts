import type { ModelConfig } from './provider-config.ts';

/** The same model, all its times multiplied by `scale`. */
export function scaleModel(model: ModelConfig, scale: number): ModelConfig {
  if (scale === 1) return model;
  const { ttft, outputToken } = model.latency;
  return {
    ...model,
    latency: {
      ttft: { ...ttft, baseMs: ttft.baseMs * scale, perInputTokenMs: ttft.perInputTokenMs * scale },
      outputToken: { ...outputToken, ms: outputToken.ms * scale, jitterMs: outputToken.jitterMs * scale },
    },
    rateLimit:
      model.rateLimit === undefined ? undefined : { ...model.rateLimit, windowMs: model.rateLimit.windowMs * scale },
    faults: model.faults.map((fault) => ({ ...fault, tailMs: fault.tailMs * scale })),
  };
}
