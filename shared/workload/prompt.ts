import type { Steps } from '../time-slices.ts';
import { average } from './distributions/summarize-distribution.ts';

/** One prompt. It depends only on the workload, its dataset, the seed, and the request's kind and number. */
export type Prompt = {
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[];
  /** Number of tokens in all messages (Llama 2 tokenizer, without special tokens). */
  inputTokens: number;
  /** Output limit to send with the request (`max_tokens`). */
  maxOutputTokens: number;
  /** Number that the checksum task requests. Null if there is no checksum. */
  expectedNumber: number | null;
  /** Lines that the model can pick from. Null if the task has no lines. */
  inputLines: readonly string[] | null;
  /** Number of input tokens that was drawn. Absent if the workload draws no number. */
  requestedInputTokens?: number;
  /** Index of the conversation, counted separately for each kind of request. Absent if there is no conversation. */
  conversationIndex?: number;
  /** Number of the turn in the conversation, starting at 1. */
  turn?: number;
  /** Sampling temperature, unless the target sets it. If absent, the server's default applies. */
  temperature?: number;
};

/** Kind of request. Randomly built warm-up prompts are always different from measured prompts. */
export type PromptKind = 'measured' | 'warmup';

/** Identifies one prompt of a workload. `number` counts measured and warm-up requests separately, starting at 0. */
export type PromptKey = { seed: number; kind: PromptKind; number: number };

/** Estimates the mean number of input tokens from `count` prompts. Rounds `count` down. */
export function* averageInput(count: number, build: (key: PromptKey) => Prompt): Steps<number> {
  const inputTokens: number[] = [];
  for (let number = 0; number < Math.floor(count); number++) {
    inputTokens.push(build({ seed: 0, kind: 'measured', number }).inputTokens);
    yield;
  }
  return average(inputTokens);
}
