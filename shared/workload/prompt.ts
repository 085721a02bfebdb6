/** One prompt: a pure function of (workload, seed, kind, number). */
export type Prompt = {
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[];
  /** Of all message contents together, by the Llama 2 tokenizer, no special tokens. */
  inputTokens: number;
  /** The output limit to send with it. */
  maxOutputTokens: number;
  /** The number the checksum task asks for; null where there is no such task. */
  expectedNumber: number | null;
  /** Lines of the prompt that the answer may pick from; null where the task has none. */
  inputLines: readonly string[] | null;
};

/** What is asked, in words of the instrument: `warmup` prompts never coincide with measured ones. */
export type PromptKind = 'measured' | 'warmup';
