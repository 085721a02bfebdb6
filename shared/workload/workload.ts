import { z } from 'zod';
import type { Dataset, DatasetUse } from './datasets/dataset.ts';
import { workloadKinds } from './kinds/registry.ts';
import type { TokenEstimate, WorkloadKind } from './kinds/workload-kind.ts';
import type { Prompt, PromptKind } from './prompt.ts';

type RegisteredKind = (typeof workloadKinds)[number];
const [first, ...others] = workloadKinds;

/** What is asked; `docs/workloads.md` documents each kind. */
export const workloadSchema = z.discriminatedUnion('kind', [first.schema, ...others.map(({ schema }) => schema)]);
export type Workload = z.infer<typeof workloadSchema>;

/** A workload as reports show it: prompts and entries given inline are counted, not repeated. */
export const reportedWorkloadSchema = z.union([
  workloadSchema,
  ...workloadKinds.flatMap(({ reportedSchema }) => reportedSchema ?? []),
]);

type AnyKind = WorkloadKind<RegisteredKind['schema'], NonNullable<RegisteredKind['reportedSchema']>>;
const kindsByName = new Map<string, AnyKind>(workloadKinds.map((kind) => [kind.schema.shape.kind.value, kind]));

/** Returns all that is known of the kind of a workload. */
export function getWorkloadKind(workload: { kind: string }): AnyKind {
  const kind = kindsByName.get(workload.kind);
  if (kind === undefined) throw new Error(`No kind of workload is named ${workload.kind}`);
  return kind;
}

/**
 * Builds the prompt of one request, from its place in the plan: the same bytes for the same arguments on any machine, target
 * and attempt. Measured and warm-up prompts are drawn apart; only prompts that are given can be in both.
 * @param number - 0 … of its kind
 * @param dataset - what the workload names, read; null if it names none
 * @throws RangeError if the workload cannot be met: bounds that no draw meets, min above max, no prompts
 * @throws Error if the dataset is not the one that the workload needs
 */
export function buildPrompt(
  workload: Workload,
  seed: number,
  kind: PromptKind,
  number: number,
  dataset: Dataset | null = null,
): Prompt {
  return getWorkloadKind(workload).buildPrompt(workload, seed, kind, number, dataset);
}

/**
 * Estimates the tokens of one request before any is sent: what a distribution draws on average, redraws included (4,000 draws
 * from a fixed seed), or the given prompts' own counts; of prompts whose size follows from how they are built, the mean of some.
 * @param dataset - what the workload names, read; null if it names none
 * @throws RangeError if the workload cannot be met
 */
export function estimateTokens(workload: Workload, dataset: Dataset | null = null): TokenEstimate {
  return getWorkloadKind(workload).estimateTokens(workload, dataset);
}

/** Describes what is asked, in a line. */
export function describeWorkload(workload: z.infer<typeof reportedWorkloadSchema>): string {
  return getWorkloadKind(workload).describe(workload);
}

/** Returns the dataset that a workload takes its text from, and what it says of it; null if it takes none. */
export function findDataset(workload: Workload): DatasetUse | null {
  return getWorkloadKind(workload).findDataset?.(workload) ?? null;
}

/** Returns whether request i of a workload and seed is the same for every target and run, which no live conversation has. */
export function hasFixedPrompts(workload: Workload): boolean {
  return (getWorkloadKind(workload).findLive?.(workload) ?? null) === null;
}
