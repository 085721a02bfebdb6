import type { z } from 'zod';
import type { Fault } from '../../errors/app-error.ts';
import type { Steps } from '../../time-slices.ts';
import type { Dataset, DatasetContent, DatasetUse } from '../datasets/dataset.ts';
import type { Prompt, PromptKey } from '../prompt.ts';

type KindSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

export type TokenEstimate = {
  inputTokensMean: number;
  /** Mean of the requests' output limits (`max_tokens`). Responses can be shorter. */
  outputTokensMean: number;
  /** Largest output limit. Null if the distribution has no upper bound. */
  outputTokensMax: number | null;
};

/** Properties of the load that a workload's checks need. */
export type Pacing = {
  /** Whether each stream waits for the previous response, so that a prompt can include this response. */
  followsAnswers: boolean;
  /** Largest number of streams of a closed-loop level. 0 if all levels are open loops. */
  streams: number;
};

/** Builds conversations that include the model's actual responses. */
export type LiveConversations = {
  countTurns(seed: number, conversationIndex: number): number;
  buildNext(seed: number, prior: Prompt, answer: string): Steps<Prompt>;
};

/** Recorded times of a workload's requests. */
export type Recording = {
  requests: number;
  /** Time in ms from the first to the last request. */
  spanMs: number;
  /** Recorded time of each request in ms after the first request. Null if the dataset contains the times. */
  atMs: readonly number[] | null;
  /** Name of the workload field that contains the requests. */
  field: string;
};

/**
 * Defines one kind of workload. Each kind has a folder and an entry in `registry.ts`. The members are methods, so that
 * kinds with different schemas fit in one list. `getWorkloadKind` returns the kind that matches a workload's schema.
 */
export type WorkloadKind<Schema extends KindSchema = KindSchema, Reported extends KindSchema = Schema> = {
  schema: Schema;
  /** Returns problems that the schema cannot detect, in the workload itself or in combination with the load. */
  check(workload: z.infer<Schema>, pacing: Pacing): Fault[];
  buildPrompt(workload: z.infer<Schema>, key: PromptKey, dataset: Dataset | null): Prompt;
  /** Counts and caches the tokens of a prompt's long texts, so that `buildPrompt` is quick. Absent if texts are short. */
  countTexts?(workload: z.infer<Schema>, key: PromptKey, dataset: Dataset | null): Steps<void>;
  estimateTokens(workload: z.infer<Schema>, dataset: Dataset | null): Steps<TokenEstimate>;
  /**
   * Returns what a prompt cache can reuse. `cold`: all prompts start differently. `warm`: prompts can start with the
   * same text. `history`: each turn of a conversation starts with the previous turn.
   */
  findCacheUse(workload: z.infer<Schema>): 'cold' | 'warm' | 'history';
  describe(workload: z.infer<Schema> | z.infer<Reported>): string;
  /** Lists notes for readers of the report. Each note is a sentence. If this function is absent, there are no notes. */
  listNotes?(workload: z.infer<Schema>): string[];
  /** Shortens the workload for reports. If absent, reports contain the whole workload. */
  summarize?(workload: z.infer<Schema>): z.infer<Schema> | z.infer<Reported>;
  /** Schema of the shortened workload, if it differs from `schema`. */
  reportedSchema?: Reported;
  /** Whether the spec contains prompts that reports must not show. */
  hasPrivatePrompts?: true;
  /** Counts the distinct prompts. Returns null (or is absent) if there are too many prompts to count. */
  countPrompts?(workload: z.infer<Schema>): number | null;
  /** Returns the mean token counts that the spec states, ignoring its bounds. Kinds whose specs state no means omit this function. */
  findStatedTokens?(workload: z.infer<Schema>): { inputTokens: number; outputTokens: number };
  /**
   * Returns the largest output limit of the requests, and the field that contains it. If a distribution has no upper
   * bound, this is its mean. Null or absent if the limit is not in the spec.
   */
  findLargestOutput?(workload: z.infer<Schema>): { field: string; tokens: number } | null;
  /** Returns the dataset that the workload uses, or null if it uses none. If absent, this kind never uses datasets. */
  findDataset?(workload: z.infer<Schema>): DatasetUse | null;
  /** Adds the dataset's properties, such as its digest, to the workload. */
  pinDataset?(workload: z.infer<Schema>, content: DatasetContent): z.infer<Schema>;
  /** Returns how to build live conversations. If null or absent, prompts never depend on the model's responses. */
  findLive?(workload: z.infer<Schema>): LiveConversations | null;
  /** Returns the recorded times, or null if the dataset's properties are not known yet. Only traces have times. */
  findRecording?(workload: z.infer<Schema>): Recording | null;
};
