import type { z } from 'zod';
import type { Fault } from '../../errors/app-error.ts';
import type { Dataset, DatasetContent, DatasetUse } from '../datasets/dataset.ts';
import type { Prompt, PromptKey } from '../prompt.ts';

type KindSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

export type TokenEstimate = {
  inputTokensMean: number;
  /** Mean of the output limits. Shorter answers have fewer tokens. */
  outputTokensMean: number;
  /** Null if the distribution has no upper bound. */
  outputTokensMax: number | null;
};

/** The properties of the load that a workload depends on. */
export type Pacing = {
  /** Whether each stream sends after the previous answer, which allows prompts to include that answer. */
  followsAnswers: boolean;
  /** Maximum streams of a level without a schedule, or 0 if all levels have one. */
  streams: number;
};

/** Builds conversations with the model's own answers. */
export type LiveConversations = {
  countTurns(seed: number, conversationIndex: number): number;
  buildNext(seed: number, prior: Prompt, answer: string): Prompt;
};

/** The times of the requests of a recorded workload. */
export type Recording = {
  requests: number;
  /** Time from the first to the last request in milliseconds. */
  spanMs: number;
  /** Times after the first request, or null if they are in the dataset. */
  atMs: readonly number[] | null;
  /** The workload field with the requests. */
  field: string;
};

/**
 * Everything about one kind of workload. Its folder contains it, and `registry.ts` lists it. The members are methods, so
 * that kinds with different schemas form one list. `getWorkloadKind` calls each with workloads of its own schema only.
 */
export type WorkloadKind<Schema extends KindSchema = KindSchema, Reported extends KindSchema = Schema> = {
  schema: Schema;
  /** Returns the faults that the schema cannot detect, alone or in combination with the load. */
  check(workload: z.infer<Schema>, pacing: Pacing): Fault[];
  buildPrompt(workload: z.infer<Schema>, key: PromptKey, dataset: Dataset | null): Prompt;
  estimateTokens(workload: z.infer<Schema>, dataset: Dataset | null): TokenEstimate;
  /**
   * Returns what a prompt cache can reuse. `cold`: no two prompts share a beginning. `warm`: prompts can share one. `history`:
   * each turn of a conversation starts with the previous one.
   */
  findCacheUse(workload: z.infer<Schema>): 'cold' | 'warm' | 'history';
  describe(workload: z.infer<Schema> | z.infer<Reported>): string;
  /** Lists notes for readers of the report, in sentences. Absent: no notes. */
  listNotes?(workload: z.infer<Schema>): string[];
  /** Shortens the workload for reports. Absent: reports show the whole workload. */
  summarize?(workload: z.infer<Schema>): z.infer<Schema> | z.infer<Reported>;
  /** The schema of the shortened workload, if it differs from `schema`. */
  reportedSchema?: Reported;
  /** Whether the spec contains prompts that reports must not show. */
  hasPrivatePrompts?: true;
  /** Counts the different prompts. Null or absent: too many to count. */
  countPrompts?(workload: z.infer<Schema>): number | null;
  /** Returns the means that the workload states, before redraws. Absent: none. */
  findStatedTokens?(workload: z.infer<Schema>): { inputTokens: number; outputTokens: number };
  /** Returns the dataset that the workload names, or null. Absent: the kind uses no datasets. */
  findDataset?(workload: z.infer<Schema>): DatasetUse | null;
  /** Adds the properties of the dataset to the workload. */
  pinDataset?(workload: z.infer<Schema>, content: DatasetContent): z.infer<Schema>;
  /** Returns the rules of live conversations. Null or absent: request i is equal for every target and run. */
  findLive?(workload: z.infer<Schema>): LiveConversations | null;
  /** Returns the times of the requests, or null before the dataset is pinned. Absent: the workload has no times. */
  findRecording?(workload: z.infer<Schema>): Recording | null;
};
