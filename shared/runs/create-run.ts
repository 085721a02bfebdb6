import type { Config } from '../config.ts';
import { throwFaults } from '../errors/app-error.ts';
import { deriveId } from '../ids/ids.ts';
import { listPossibleLevels } from '../load/load.ts';
import type { Deps } from '../ports.ts';
import { noLimit } from '../quotas.ts';
import { buildRun } from '../records/manifest.ts';
import type { RunLabels, RunRecord } from '../records/records.ts';
import { listTargetIds } from '../spec/check-run-spec.ts';
import type { RunSpec, RunSpecInput, WebhookSubscription } from '../spec/run-spec.ts';
import { type TargetSecrets, takeSecrets } from '../spec/target-secrets.ts';
import { type TargetPrices, type ValidateDeps, validateRunSpec } from './checks/validate-run-spec.ts';
import { checkCostLimit, countRunAmounts, type RunAmounts } from './count-run-amounts.ts';
import { createWithinQuotas, readLimits } from './create-within-quotas.ts';
import { sealCredential, sealWebhookEndpoint } from './seal-secrets.ts';

type StoreDeps = Pick<
  Deps,
  'runs' | 'credentials' | 'webhookEndpoints' | 'secrets' | 'queue' | 'usage' | 'clock' | 'ids' | 'config' | 'logger'
>;

/** A run that is not stored yet. The secrets are not in the spec, but in a map from target index to secret. */
type RunDraft = Pick<
  RunRecord,
  'runId' | 'tenantId' | 'spec' | 'check' | 'priority' | 'maxStreamsPerWorker' | 'rerunOf' | 'scheduleId'
> & {
  secrets: ReadonlyMap<number, TargetSecrets>;
  webhooks: readonly WebhookSubscription[];
  /** Labels of the run. Default: those of the spec. */
  labels?: RunLabels;
};

/**
 * Creates a run from a spec. Returns the existing run if the run id already exists.
 * @param scheduleId the schedule that starts the run, or null if a request starts it
 * @throws AppError INVALID_SPEC with all problems, or QUOTA_EXCEEDED
 */
export async function createRun(
  deps: ValidateDeps & StoreDeps,
  { tenantId }: { tenantId: string },
  input: RunSpecInput,
  runId: string,
  scheduleId: string | null = null,
): Promise<RunRecord> {
  const { pinned, prices } = await validateRunSpec(deps, tenantId, input);
  const secrets = new Map<number, TargetSecrets>();
  for (const [index, target] of input.targets.entries()) {
    const held = takeSecrets(target);
    if (held !== null) secrets.set(index, held);
  }
  // Below 2^31, so that clients with signed 32-bit integers can read it.
  const seed = input.seed ?? Buffer.from(deps.ids.randomBytes(4)).readUInt32BE(0) >>> 1;
  const spec = buildStoredSpec(pinned, seed, prices);
  return storeRun(deps, {
    runId,
    tenantId,
    spec,
    check: input.check ?? isCheckedByDefault(deps.config, spec),
    priority: input.priority ?? 'normal',
    secrets,
    webhooks: input.webhooks,
    maxStreamsPerWorker: deps.config.maxStreamsPerWorker,
    rerunOf: null,
    scheduleId,
  });
}

/** Returns whether a run checks its targets although its spec does not say so: if it is large or may be expensive. */
function isCheckedByDefault({ checkFromRequests, checkFromUsd }: Config, spec: RunSpec): boolean {
  const { load, limits, targets } = spec;
  if (limits.maxCostUsd !== undefined && limits.maxCostUsd >= checkFromUsd) return true;
  const measured = listPossibleLevels(spec).map(({ requests }) => requests + load.warmupRequests);
  return targets.length * measured.reduce((sum, count) => sum + count, 0) >= checkFromRequests;
}

/** Builds the spec to store. It has target ids and prices, but no keys or webhooks. */
export function buildStoredSpec(input: RunSpecInput, seed: number, prices: readonly TargetPrices[]): RunSpec {
  const { webhooks: _webhooks, check: _check, priority: _priority, ...rest } = input;
  const ids = listTargetIds(input);
  const targets = input.targets.map((target, index) => {
    const { pricing, dedicated } = prices[index] ?? {};
    return {
      ...removeSecrets(target),
      id: ids[index] ?? `target-${index + 1}`,
      credentialId: target.credentialId ?? null,
      ...(pricing === undefined ? {} : { pricing }),
      ...(dedicated === undefined ? {} : { dedicated }),
    };
  });
  return { ...rest, seed, targets };
}

/** Returns a target without its secrets and without what the stored target has in another form. */
function removeSecrets({ secretHeaders, secretHeaderNames, ...target }: RunSpecInput['targets'][number]) {
  const { apiKey: _apiKey, clientKey: _clientKey, credentialId: _id, pricing: _p, dedicated: _d, ...rest } = target;
  const names = secretHeaderNames ?? (secretHeaders === undefined ? undefined : Object.keys(secretHeaders).toSorted());
  return { ...rest, ...(names === undefined ? {} : { secretHeaderNames: names }) };
}

/** Maximum size of a stored spec in bytes, so that the run fits into a DynamoDB item (400 KB). */
const maxSpecBytes = 300_000;
/** Extra lifetime in ms of a single run's credential. Usually, the run deletes the credential when it ends. */
const graceMs = 86_400_000;

/**
 * Stores a queued run with its credentials and webhook endpoints, and sends an `advance` message. All ids are derived
 * from the run id, and the run is written last. Therefore, a retry after a crash creates the same run.
 * @throws AppError QUOTA_EXCEEDED, or INVALID_SPEC if the spec is too large
 */
export async function storeRun(deps: StoreDeps, draft: RunDraft): Promise<RunRecord> {
  const { runId } = draft;
  const existing = await deps.runs.get(runId);
  if (existing === null) checkSize(draft.spec);
  const run = existing ?? (await writeRun(deps, draft));
  await deps.queue.send({ kind: 'advance', runId });
  return run;
}

/** Writes a new run within the tenant's quotas. Returns the stored run. */
async function writeRun(deps: StoreDeps, draft: RunDraft): Promise<RunRecord> {
  const { tenantId, spec } = draft;
  const { centsPerMonth } = await readLimits(deps, tenantId);
  checkCostLimit(spec, centsPerMonth < noLimit);
  const counts = countRunAmounts(spec);
  const amounts = { storedRuns: 1, activeRuns: 1, ...counts };
  const { run } = await createWithinQuotas(deps, tenantId, amounts, () => writeDraft(deps, draft, counts));
  return run;
}

async function writeDraft(deps: StoreDeps, draft: RunDraft, amounts: RunAmounts): Promise<InsertedRun> {
  const { runId, tenantId, check, priority, maxStreamsPerWorker, rerunOf, scheduleId, labels } = draft;
  const createdAtMs = deps.clock.nowMs();
  const credentialIds = await storeCredentials(deps, draft, createdAtMs);
  const targets = draft.spec.targets.map((target, index) => ({
    ...target,
    credentialId: credentialIds.get(index) ?? target.credentialId,
  }));
  return insertRun(deps, {
    ...buildRun({ runId, tenantId, spec: { ...draft.spec, targets }, maxStreamsPerWorker, createdAtMs }),
    ...(labels === undefined ? {} : { labels }),
    ephemeralCredentialIds: [...credentialIds.values()],
    webhookEndpointIds: await storeEndpoints(deps, draft),
    check,
    priority,
    amounts,
    rerunOf,
    scheduleId,
  });
}

type InsertedRun = { run: RunRecord; created: boolean };

/** Writes the run if its id does not exist. Returns the stored run, and whether this call wrote it. */
export async function insertRun(deps: Pick<Deps, 'runs'>, run: RunRecord): Promise<InsertedRun> {
  if (await deps.runs.create(run)) return { run, created: true };
  const winner = await deps.runs.get(run.runId);
  if (winner === null) throw new Error(`Internal error: run ${run.runId} could not be created, and it does not exist`);
  return { run: winner, created: false };
}

async function storeCredentials(
  deps: StoreDeps,
  { runId, tenantId, spec, secrets }: RunDraft,
  nowMs: number,
): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  const expiresAtMs = nowMs + spec.limits.maxDurationMs + graceMs;
  for (const [index, held] of secrets) {
    const credentialId = deriveId('credential', runId, index);
    const wanted = { credentialId, tenantId, name: `of ${runId}`, held, expiresAtMs };
    await deps.credentials.put(await sealCredential(deps, wanted));
    ids.set(index, credentialId);
  }
  return ids;
}

async function storeEndpoints(deps: StoreDeps, { runId, tenantId, webhooks }: RunDraft): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, webhook] of webhooks.entries()) {
    const webhookEndpointId = deriveId('webhookEndpoint', runId, index);
    const endpoint = await sealWebhookEndpoint(deps, { ...webhook, webhookEndpointId, tenantId, runId });
    await deps.webhookEndpoints.create(endpoint);
    ids.push(webhookEndpointId);
  }
  return ids;
}

function checkSize(spec: RunSpec): void {
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  if (bytes <= maxSpecBytes) return;
  const remedy = `Use at most ${maxSpecBytes} bytes. Shorten the prompts, values, or metadata, or upload the prompts as a dataset.`;
  throwFaults('INVALID_SPEC', [{ pointer: '', fault: `has ${bytes} bytes, including the default values`, remedy }]);
}
