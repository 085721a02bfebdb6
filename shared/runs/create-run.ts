import type { RunRecord } from '../records/records.ts';
import { targetIds } from '../spec/check-run-spec.ts';
import type { RunSpec, RunSpecInput } from '../spec/run-spec.ts';
import type { TargetPrices } from './checks/find-prices.ts';
import { type ValidateDeps, validateRunSpec } from './checks/validate-run-spec.ts';
import { drawSeed, type StoreDeps, storeRun } from './store-run.ts';

export type CreateDeps = ValidateDeps & StoreDeps;

/**
 * Creates a run from a spec. An existing run id returns the existing run.
 * @param scheduleId the schedule that starts the run; null if a request starts it
 * @throws AppError INVALID_SPEC with all faults, or QUOTA_EXCEEDED
 */
export async function createRun(
  deps: CreateDeps,
  { tenantId }: { tenantId: string },
  input: RunSpecInput,
  runId: string,
  scheduleId: string | null = null,
): Promise<RunRecord> {
  const { pinned, prices } = await validateRunSpec(deps, tenantId, input);
  const secrets = new Map<number, string>();
  for (const [index, target] of input.targets.entries())
    if (target.apiKey !== undefined) secrets.set(index, target.apiKey);
  return storeRun(deps, {
    runId,
    tenantId,
    spec: buildStoredSpec(pinned, input.seed ?? drawSeed(deps), prices),
    secrets,
    webhooks: input.webhooks,
    maxStreamsPerWorker: deps.config.maxStreamsPerWorker,
    rerunOf: null,
    scheduleId,
  });
}

/** Builds the stored spec: with target ids and prices, without keys and webhooks. */
export function buildStoredSpec(input: RunSpecInput, seed: number, prices: readonly TargetPrices[]): RunSpec {
  const { webhooks: _webhooks, ...rest } = input;
  const ids = targetIds(input);
  const targets = input.targets.map(
    ({ apiKey: _apiKey, credentialId, pricing: _pricing, dedicated: _dedicated, ...target }, index) => {
      const { pricing, dedicated } = prices[index] ?? {};
      return {
        ...target,
        id: ids[index] ?? `target-${index + 1}`,
        credentialId: credentialId ?? null,
        ...(pricing === undefined ? {} : { pricing }),
        ...(dedicated === undefined ? {} : { dedicated }),
      };
    },
  );
  return { ...rest, seed, targets };
}
