import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { Steps } from '../time-slices.ts';
import type { Dataset, DatasetUse } from './datasets/dataset.ts';
import { workloadKinds } from './kinds/registry.ts';
import type { TokenEstimate, WorkloadKind } from './kinds/workload-kind.ts';
import type { Prompt, PromptKey, PromptKind } from './prompt.ts';

type RegisteredKind = (typeof workloadKinds)[number];
const [first, ...others] = workloadKinds;

/** Schema of a workload. `docs/workloads.md` explains each kind. */
export const workloadSchema = z
  .discriminatedUnion('kind', [first.schema, ...others.map(({ schema }) => schema)])
  .meta({ id: 'Workload' });
export type Workload = z.infer<typeof workloadSchema>;

/** Schema of a workload in a report. It contains the number of prompts in the spec, not their text. */
export const reportedWorkloadSchema = z
  .discriminatedUnion('kind', [
    first.reportedSchema ?? first.schema,
    ...others.map(({ reportedSchema, schema }) => reportedSchema ?? schema),
  ])
  .meta({ id: 'ReportedWorkload' });

type AnyKind = WorkloadKind<RegisteredKind['schema'], NonNullable<RegisteredKind['reportedSchema']>>;
const kindsByName = new Map<string, AnyKind>(workloadKinds.map((kind) => [kind.schema.shape.kind.value, kind]));

export function getWorkloadKind(workload: { kind: string }): AnyKind {
  const kind = kindsByName.get(workload.kind);
  if (kind === undefined) throw new Error(`Unknown workload kind: ${workload.kind}`);
  return kind;
}

/**
 * Builds the prompt for one request. Equal arguments produce equal bytes on any machine. Randomly built prompts for
 * measured and warm-up requests always differ; prompts from the spec or a dataset are used for both.
 * @param number number of the request among requests of this kind, starting at 0
 * @param dataset the workload's dataset, or null if it has none
 * @throws RangeError if the workload is impossible, for example if min is greater than max
 * @throws Error if the wrong dataset is passed
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

/** Builds a prompt like `buildPrompt`, but counts long texts in steps. */
export function* buildPromptInSteps(workload: Workload, key: PromptKey, dataset: Dataset | null): Steps<Prompt> {
  yield* getWorkloadKind(workload).countTexts?.(workload, key, dataset) ?? [];
  return buildPrompt(workload, key.seed, key.kind, key.number, dataset);
}

/**
 * Computes the SHA-256 (hex) of the first `count` measured prompts: each prompt's messages and output limit as
 * canonical JSON (RFC 8785) and a line feed. Equal digests mean equal prompts. Of each live
 * conversation, only the first turn is included.
 */
export function* computePromptDigest(
  workload: Workload,
  seed: number,
  count: number,
  dataset: Dataset | null = null,
): Steps<string> {
  const hash = createHash('sha256');
  for (let number = 0; number < count; number++) {
    const key = { seed, kind: 'measured', number } as const;
    const { messages, maxOutputTokens } = yield* buildPromptInSteps(workload, key, dataset);
    hash.update(`${canonicalize({ messages, maxOutputTokens })}\n`, 'utf8');
    yield;
  }
  return hash.digest('hex');
}

/**
 * Estimates the tokens of one request: the mean of 4,000 draws from a distribution, of the prompts in the spec or
 * dataset, or of some sample prompts.
 * @throws RangeError if the workload is impossible
 */
export function estimateTokens(workload: Workload, dataset: Dataset | null = null): Steps<TokenEstimate> {
  return getWorkloadKind(workload).estimateTokens(workload, dataset);
}

export function describeWorkload(workload: Workload | z.infer<typeof reportedWorkloadSchema>): string {
  return getWorkloadKind(workload).describe(workload);
}

/** Returns the dataset that a workload uses, or null. */
export function findDataset(workload: Workload): DatasetUse | null {
  return getWorkloadKind(workload).findDataset?.(workload) ?? null;
}

/** Returns whether request i has the same prompt for every target and run. False only for live conversations. */
export function hasFixedPrompts(workload: Workload): boolean {
  return (getWorkloadKind(workload).findLive?.(workload) ?? null) === null;
}
