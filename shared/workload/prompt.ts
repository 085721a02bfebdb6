import { average } from './distributions/summarize-distribution.ts';

/** One prompt: a pure function of (workload, seed, kind, number), and of the dataset where the workload names one. */
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
  /** The input size that was drawn, whatever came of it; left out where the workload draws none. */
  requestedInputTokens?: number;
  /** Which conversation, from 0 of its kind of request; left out where there is none. */
  conversationIndex?: number;
  /** Of the conversation, 1 for the first. */
  turn?: number;
  /** The sampling temperature that belongs to the workload, unless the target sets one; left out: the server's default. */
  temperature?: number;
};

/** What is asked, in words of the instrument: `warmup` prompts never coincide with measured ones. */
export type PromptKind = 'measured' | 'warmup';

/** Computes the mean size of some prompts, for an estimate; of a fraction of a prompt none is built. */
export function averageInput(count: number, build: (number: number) => Prompt): number {
  return average(Array.from({ length: count }, (_, number) => build(number).inputTokens));
}
