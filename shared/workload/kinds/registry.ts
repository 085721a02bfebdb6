import { conversation } from './conversation/conversation.ts';
import { dataset } from './dataset/dataset.ts';
import { llmperfV1 } from './llmperf-v1/llmperf-v1.ts';
import { llmperfV2 } from './llmperf-v2/llmperf-v2.ts';
import { numberWords } from './number-words/number-words.ts';
import { prompts } from './prompts/prompts.ts';
import { blogWorkload, sonnet } from './sonnet/sonnet.ts';
import { trace } from './trace/trace.ts';

/** All kinds of workload, in the order of the documentation. */
export const workloadKinds = [
  sonnet,
  numberWords,
  prompts,
  dataset,
  llmperfV1,
  llmperfV2,
  conversation,
  trace,
] as const;

/** Workload of specs that do not contain a workload. */
export const defaultWorkload = blogWorkload;
