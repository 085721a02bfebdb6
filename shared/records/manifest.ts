import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { shownRunSpecSchema } from '../spec/run-spec.ts';
import { getWorkloadKind } from '../workload/workload.ts';
import { noTally } from './batch-tally.ts';
import type { BatchProgress, BatchRecord, RunRecord } from './records.ts';

/** Schema of everything that determines a run's requests. Credential ids are omitted, because they have no effect. */
export const manifestSchema = z
  .object({
    manifestVersion: z.literal(1),
    spec: shownRunSpecSchema,
    maxStreamsPerWorker: z
      .number()
      .int()
      .describe('Maximum streams per worker, which determines the batches of a stage'),
  })
  .meta({ id: 'Manifest' });
export type Manifest = z.infer<typeof manifestSchema>;

/** Builds a run's manifest from the stored run. A rerun has an equal manifest. */
export function buildManifest(run: Pick<RunRecord, 'spec' | 'maxStreamsPerWorker'>): Manifest {
  const targets = run.spec.targets.map(({ credentialId: _, ...target }) => target);
  return { manifestVersion: 1, spec: { ...run.spec, targets }, maxStreamsPerWorker: run.maxStreamsPerWorker };
}

/** Returns a manifest's canonical JSON (RFC 8785), and the SHA-256 of this JSON in hex. */
export function serializeManifest(manifest: Manifest): { json: string; sha256: string } {
  const json = canonicalize(manifest);
  if (json === undefined) throw new Error('The manifest contains a value that canonical JSON cannot represent');
  return { json, sha256: createHash('sha256').update(json).digest('hex') };
}

/** Maximum length in characters of a manifest's JSON in a report. */
const maxReportedLength = 32_000;

/** Builds the manifest for a report. Returns null for an imported run, private prompts, or a long manifest. */
export function buildReportedManifest(run: Pick<RunRecord, 'spec' | 'maxStreamsPerWorker'>): Manifest | null {
  if (run.spec.imported !== undefined || getWorkloadKind(run.spec.workload).hasPrivatePrompts) return null;
  const manifest = buildManifest(run);
  return JSON.stringify(manifest).length <= maxReportedLength ? manifest : null;
}

/** Progress of a batch that has not started. */
export const noProgress: Readonly<BatchProgress> = {
  issued: 0,
  inFlight: 0,
  ok: 0,
  failed: 0,
  disturbed: 0,
  canceled: 0,
  notSent: 0,
  warmupDone: 0,
  busyMs: 0,
  tally: noTally,
};

export function buildRun(
  created: Pick<RunRecord, 'runId' | 'tenantId' | 'spec' | 'maxStreamsPerWorker' | 'createdAtMs'>,
): RunRecord {
  return {
    ...created,
    labels: { name: created.spec.name ?? null, metadata: created.spec.metadata },
    labelChanges: null,
    pinned: false,
    status: 'queued',
    check: false,
    priority: 'normal',
    groupIndex: 0,
    levels: [],
    stop: null,
    failure: null,
    verdict: null,
    trust: null,
    trustReasons: [],
    startedAtMs: null,
    activeMs: 0,
    activeAtMs: null,
    endedAtMs: null,
    waitingSinceMs: null,
    endStatus: null,
    amounts: null,
    usage: null,
    finalizeSentAtMs: null,
    finalizeTries: null,
    finalizeTriedAtMs: null,
    finalizeLeaseExpiresAtMs: null,
    advanceFailures: null,
    advanceFailingSinceMs: null,
    ephemeralCredentialIds: [],
    webhookEndpointIds: [],
    manifestSha256: serializeManifest(buildManifest(created)).sha256,
    rerunOf: null,
    scheduleId: null,
    archive: null,
  };
}

export function buildBatch(
  created: Pick<BatchRecord, 'runId' | 'stageIndex' | 'batchIndex' | 'queuedAtMs'>,
): BatchRecord {
  return {
    ...created,
    status: 'queued',
    attempt: 1,
    failures: 0,
    leaseOwner: null,
    leaseExpiresAtMs: null,
    blocks: {},
    progress: { ...noProgress },
    peakEnded: 0,
    repeatedSteps: 0,
    attempts: [],
    notSentReason: null,
    failure: null,
  };
}
