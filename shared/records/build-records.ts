import { buildManifest, serializeManifest } from './manifest.ts';
import type { BatchProgress, BatchRecord, RunRecord } from './records.ts';

/** The progress of a batch before its start. */
export const noProgress: Readonly<BatchProgress> = {
  issued: 0,
  inFlight: 0,
  ok: 0,
  failed: 0,
  canceled: 0,
  notSent: 0,
  warmupDone: 0,
};

export function buildRun(
  created: Pick<RunRecord, 'runId' | 'tenantId' | 'spec' | 'maxStreamsPerWorker' | 'createdAtMs'>,
): RunRecord {
  return {
    ...created,
    status: 'queued',
    groupIndex: 0,
    levels: [],
    stop: null,
    failure: null,
    verdict: null,
    trust: null,
    trustReasons: [],
    startedAtMs: null,
    endedAtMs: null,
    endStatus: null,
    finalizeSentAtMs: null,
    ephemeralCredentialIds: [],
    webhookEndpointIds: [],
    manifestSha256: serializeManifest(buildManifest(created)).sha256,
    rerunOf: null,
    scheduleId: null,
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
    attempts: [],
    notSentReason: null,
    failure: null,
  };
}
