import { average } from './distributions/summarize-distribution.ts';

/** One prompt. It depends only on the workload, its dataset, the seed, the kind and the number. */
export type Prompt = {
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[];
  /** Tokens of all message contents by the Llama 2 tokenizer, without special tokens. */
  inputTokens: number;
  /** The output limit to send. */
  maxOutputTokens: number;
  /** The number that the checksum task requests, or null without a checksum. */
  expectedNumber: number | null;
  /** Lines that the answer can pick from, or null if the task offers none. */
  inputLines: readonly string[] | null;
  /** The drawn input size. Absent if the workload draws none. */
  requestedInputTokens?: number;
  /** Index of the conversation among those of the same kind. Absent without a conversation. */
  conversationIndex?: number;
  /** Turn of the conversation, starting at 1. */
  turn?: number;
  /** Sampling temperature of the workload, unless the target sets one. Absent: the default of the server. */
  temperature?: number;
};

/** The kind of request. Drawn `warmup` prompts never equal measured ones. */
export type PromptKind = 'measured' | 'warmup';

/** Selects one prompt of a workload. `number` is the index among the requests of the kind, starting at 0. */
export type PromptKey = { seed: number; kind: PromptKind; number: number };

/** Computes the mean input tokens of `count` prompts for an estimate. Ignores a fraction of `count`. */
export function averageInput(count: number, build: (key: PromptKey) => Prompt): number {
  const keys = Array.from({ length: count }, (_, number) => ({ seed: 0, kind: 'measured', number }) as const);
  return average(keys.map((key) => build(key).inputTokens));
}
