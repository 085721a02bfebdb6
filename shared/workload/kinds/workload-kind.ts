import type { z } from 'zod';
import type { Fault } from '../../errors/app-error.ts';
import type { Dataset, DatasetContent, DatasetUse } from '../datasets/dataset.ts';
import type { Prompt, PromptKind } from '../prompt.ts';

type KindSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

export type TokenEstimate = {
  inputTokensMean: number;
  /** Of the output limits; answers that end earlier have fewer. */
  outputTokensMean: number;
  /** Null where the distribution has no upper bound of its own. */
  outputTokensMax: number | null;
};

/** How the load asks, as far as a workload must know. */
export type Pacing = {
  /** Whether each stream waits for its answer and then asks at once: only then can a prompt carry the answer before it. */
  followsAnswers: boolean;
  /** The most streams of a level that has no schedule; 0 if all levels have one. */
  streams: number;
};

/** How conversations continue from the model's own answers. */
export type LiveConversations = {
  countTurns(seed: number, conversationIndex: number): number;
  /** Builds the turn after a prompt that has been answered. */
  buildNext(seed: number, prior: Prompt, answer: string): Prompt;
};

/** When each request of a recorded workload came. */
export type Recording = {
  requests: number;
  /** From the first request to the last. */
  spanMs: number;
  /** Instants after the first request; null if they are in the dataset. */
  atMs: readonly number[] | null;
  /** Field of the workload that has the requests. */
  field: string;
};

/**
 * All that is known of one kind of workload: its folder holds it, and `registry.ts` lists it. The members are methods, so
 * that kinds of different schemas form one list; `getWorkloadKind` calls each with workloads of its own schema only.
 */
export type WorkloadKind<Schema extends KindSchema = KindSchema, Reported extends KindSchema = Schema> = {
  schema: Schema;
  /** Returns what is wrong with a workload that its schema cannot see, alone or with the load that asks it. */
  check(workload: z.infer<Schema>, pacing: Pacing): Fault[];
  /** Builds the prompt of one request; `buildPrompt` says what must hold. */
  buildPrompt(
    workload: z.infer<Schema>,
    seed: number,
    kind: PromptKind,
    number: number,
    dataset: Dataset | null,
  ): Prompt;
  /** Estimates the tokens of one request before any is sent; `estimateTokens` says how. */
  estimateTokens(workload: z.infer<Schema>, dataset: Dataset | null): TokenEstimate;
  /**
   * Returns what a server's prompt cache can find: `cold`, no two prompts begin alike; `warm`, they may; `history`, each turn
   * of a conversation begins as the one before it, and nothing else does (or may, if the conversations are warm).
   */
  findCacheUse(workload: z.infer<Schema>): 'cold' | 'warm' | 'history';
  /** Describes what is asked, in a line. */
  describe(workload: z.infer<Schema> | z.infer<Reported>): string;
  /** Returns what readers of the numbers must know, in sentences. Absent: the fields say all. */
  listNotes?(workload: z.infer<Schema>): string[];
  /** What reports show in place of a workload that is too long for them. Absent: they show the workload. */
  summarize?(workload: z.infer<Schema>): z.infer<Schema> | z.infer<Reported>;
  /** Schema of that, if it is another than the workload's own. */
  reportedSchema?: Reported;
  /** Whether the spec holds prompts that are not for readers of reports. */
  hasPrivatePrompts?: true;
  /** Counts how many different prompts there are at most; null, or absent: too many to count. */
  countPrompts?(workload: z.infer<Schema>): number | null;
  /** Returns the means that the workload states, before draws outside their bounds are drawn again. Absent: none. */
  findStatedTokens?(workload: z.infer<Schema>): { inputTokens: number; outputTokens: number };
  /** Returns how the workload names its dataset; null if it names none. Absent: it never does. */
  findDataset?(workload: z.infer<Schema>): DatasetUse | null;
  /** Writes into the workload what is stored of that dataset. */
  pinDataset?(workload: z.infer<Schema>, content: DatasetContent): z.infer<Schema>;
  /** Returns the rules of live conversations; null, or absent: request i is the same for every target and run. */
  findLive?(workload: z.infer<Schema>): LiveConversations | null;
  /** Returns when the requests came; null before the dataset is pinned. Absent: the workload has no instants. */
  findRecording?(workload: z.infer<Schema>): Recording | null;
};
