import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { Dataset, DatasetUse } from './datasets/dataset.ts';
import { workloadKinds } from './kinds/registry.ts';
import type { TokenEstimate, WorkloadKind } from './kinds/workload-kind.ts';
import type { Prompt, PromptKind } from './prompt.ts';

type RegisteredKind = (typeof workloadKinds)[number];
const [first, ...others] = workloadKinds;

/** The schema of a workload. `docs/workloads.md` documents each kind. */
export const workloadSchema = z.discriminatedUnion('kind', [first.schema, ...others.map(({ schema }) => schema)]);
export type Workload = z.infer<typeof workloadSchema>;

/** The schema of a workload in a report, which counts prompts of the spec instead of repeating them. */
export const reportedWorkloadSchema = z.union([
  workloadSchema,
  ...workloadKinds.flatMap(({ reportedSchema }) => reportedSchema ?? []),
]);

type AnyKind = WorkloadKind<RegisteredKind['schema'], NonNullable<RegisteredKind['reportedSchema']>>;
const kindsByName = new Map<string, AnyKind>(workloadKinds.map((kind) => [kind.schema.shape.kind.value, kind]));

export function getWorkloadKind(workload: { kind: string }): AnyKind {
  const kind = kindsByName.get(workload.kind);
  if (kind === undefined) throw new Error(`Unknown workload kind: ${workload.kind}`);
  return kind;
}

/**
 * Builds the prompt of one request. Equal arguments give equal bytes on any machine and attempt. Measured and warm-up
 * prompts are drawn separately; only given prompts can occur in both.
 * @param number index among the requests of this kind, starting at 0
 * @param dataset the dataset that the workload names, or null
 * @throws RangeError if the workload is impossible, such as min above max
 * @throws Error if the dataset is not the one that the workload needs
 */
export function buildPrompt(
  workload: Workload,
  seed: number,
  kind: PromptKind,
  number: number,
  dataset: Dataset | null = null,
): Prompt {
  return getWorkloadKind(workload).buildPrompt(workload, { seed, kind, number }, dataset);
}

/**
 * Computes the SHA-256 (hex) of the first `count` measured prompts: the messages and output limit of each as canonical JSON
 * (RFC 8785) and a line feed. Equal digests mean equal prompts. For live conversations, only the first turns count.
 */
export function computePromptDigest(
  workload: Workload,
  seed: number,
  count: number,
  dataset: Dataset | null = null,
): string {
  const hash = createHash('sha256');
  for (let number = 0; number < count; number++) {
    const { messages, maxOutputTokens } = buildPrompt(workload, seed, 'measured', number, dataset);
    hash.update(`${canonicalize({ messages, maxOutputTokens })}\n`, 'utf8');
  }
  return hash.digest('hex');
}

/**
 * Estimates the tokens of one request: the mean of 4,000 draws of a distribution, redraws included, the mean of given
 * prompts, or the mean of some built prompts.
 * @throws RangeError if the workload is impossible
 */
export function estimateTokens(workload: Workload, dataset: Dataset | null = null): TokenEstimate {
  return getWorkloadKind(workload).estimateTokens(workload, dataset);
}

export function describeWorkload(workload: z.infer<typeof reportedWorkloadSchema>): string {
  return getWorkloadKind(workload).describe(workload);
}

/** Returns the dataset that a workload names, or null. */
export function findDataset(workload: Workload): DatasetUse | null {
  return getWorkloadKind(workload).findDataset?.(workload) ?? null;
}

/** Returns whether request i is equal for every target and run. This is false for live conversations. */
export function hasFixedPrompts(workload: Workload): boolean {
  return (getWorkloadKind(workload).findLive?.(workload) ?? null) === null;
}
