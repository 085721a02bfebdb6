import { AppError } from '../errors/app-error.ts';
import { refuse } from '../errors/refuse.ts';
import { deriveId } from '../ids/derive-id.ts';
import type { Deps } from '../ports.ts';
import { buildRun } from '../records/build-records.ts';
import type { RunRecord } from '../records/records.ts';
import type { RunSpec, WebhookSubscription } from '../spec/run-spec.ts';
import { sealCredential } from './seal-credential.ts';
import { sealWebhookEndpoint } from './seal-webhook-endpoint.ts';

/** Keeps the run within the 400 KB limit of a DynamoDB item. */
const maxSpecBytes = 300_000;
/** Lifetime of an ephemeral credential beyond the longest run. It expires only if the run never ends. */
const graceMs = 86_400_000;

/** A run before it is stored. Secrets are separate from the spec, by target index. */
export type RunDraft = {
  runId: string;
  tenantId: string;
  spec: RunSpec;
  secrets: ReadonlyMap<number, string>;
  webhooks: readonly WebhookSubscription[];
  maxStreamsPerWorker: number;
  rerunOf: string | null;
  scheduleId: string | null;
};

export type StoreDeps = Pick<
  Deps,
  'runs' | 'credentials' | 'webhookEndpoints' | 'secrets' | 'queue' | 'clock' | 'ids' | 'config'
>;

/** Draws a seed of 32 random bits for a spec without a seed. */
export function drawSeed(deps: Pick<Deps, 'ids'>): number {
  return Buffer.from(deps.ids.randomBytes(4)).readUInt32BE(0);
}

/**
 * Stores a run (`queued`) with its credentials and webhook endpoints, and sends `advance`. All ids follow from the run id and
 * the run is written last, so a retry after a crash yields the same run.
 * @throws AppError QUOTA_EXCEEDED, or INVALID_SPEC if the spec is too large
 */
export async function storeRun(deps: StoreDeps, draft: RunDraft): Promise<RunRecord> {
  const { runId, tenantId } = draft;
  const existing = await deps.runs.get(runId);
  if (existing === null) {
    checkSize(draft.spec);
    await checkQuota(deps, tenantId);
  }
  const run = existing ?? (await writeRun(deps, draft));
  await deps.queue.send({ kind: 'advance', runId });
  return run;
}

async function writeRun(deps: StoreDeps, draft: RunDraft): Promise<RunRecord> {
  const { runId, tenantId } = draft;
  const nowMs = deps.clock.nowMs();
  const credentialIds = await storeCredentials(deps, draft, nowMs);
  const targets = draft.spec.targets.map((target, index) => ({
    ...target,
    credentialId: credentialIds.get(index) ?? target.credentialId,
  }));
  const spec = { ...draft.spec, targets };
  return insertRun(deps, {
    ...buildRun({ runId, tenantId, spec, maxStreamsPerWorker: draft.maxStreamsPerWorker, createdAtMs: nowMs }),
    ephemeralCredentialIds: [...credentialIds.values()],
    webhookEndpointIds: await storeEndpoints(deps, draft),
    rerunOf: draft.rerunOf,
    scheduleId: draft.scheduleId,
  });
}

/** Writes a run unless its id exists. Returns the stored run. */
export async function insertRun(deps: Pick<Deps, 'runs'>, run: RunRecord): Promise<RunRecord> {
  if (await deps.runs.create(run)) return run;
  const winner = await deps.runs.get(run.runId);
  if (winner === null) throw new Error(`Run ${run.runId} was neither created nor found`);
  return winner;
}

async function storeCredentials(deps: StoreDeps, draft: RunDraft, nowMs: number): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  for (const [index, apiKey] of draft.secrets) {
    const credentialId = deriveId('credential', draft.runId, index);
    const expiresAtMs = nowMs + draft.spec.limits.maxDurationMs + graceMs;
    const name = `of ${draft.runId}`;
    await deps.credentials.put(
      await sealCredential(deps, { credentialId, tenantId: draft.tenantId, name, apiKey, expiresAtMs }),
    );
    ids.set(index, credentialId);
  }
  return ids;
}

async function storeEndpoints(deps: StoreDeps, draft: RunDraft): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, webhook] of draft.webhooks.entries()) {
    const webhookEndpointId = deriveId('webhookEndpoint', draft.runId, index);
    const { tenantId, runId } = draft;
    await deps.webhookEndpoints.create(
      await sealWebhookEndpoint(deps, { ...webhook, webhookEndpointId, tenantId, runId }),
    );
    ids.push(webhookEndpointId);
  }
  return ids;
}

function checkSize(spec: RunSpec): void {
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  if (bytes <= maxSpecBytes) return;
  refuse('INVALID_SPEC', [
    {
      pointer: '',
      fault: `has ${bytes} bytes including defaults`,
      remedy: `Use at most ${maxSpecBytes} bytes. Shorten prompts, values or metadata, or upload prompts as a dataset.`,
    },
  ]);
}

async function checkQuota(deps: StoreDeps, tenantId: string): Promise<void> {
  const limit = deps.config.maxActiveRunsPerTenant;
  if ((await deps.runs.countActive(tenantId)) < limit) return;
  throw new AppError(
    'QUOTA_EXCEEDED',
    `The tenant already has ${limit} active runs, the maximum. Wait until one is finished, or cancel one.`,
    {
      retryAfterSeconds: 10,
    },
  );
}
