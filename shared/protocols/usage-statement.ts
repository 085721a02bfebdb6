/** The token counts that a message states, as the server counts them. Counts that are not stated are omitted. */
export type UsageStatement = {
  inputTokens?: number;
  outputTokens?: number;
  totalTokens?: number;
  cachedTokens?: number;
  cacheWrittenTokens?: number;
  reasoningTokens?: number;
  /** Input that results of tools add, which Gemini counts separately. */
  toolInputTokens?: number;
};

/** Which parts a protocol counts separately: cached tokens from the input, reasoning from the output. */
export type UsageFooting = { cached?: 'separate'; reasoning?: 'separate' };
