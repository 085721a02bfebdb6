import { createIds } from '../../shared/adapters/ulid-ids.ts';
import { formatInstant } from '../../shared/records/format-instant.ts';
import { buildBatch, buildRun } from '../../shared/records/manifest.ts';
import type { PriceBookRecord } from '../../shared/records/price-book.ts';
import type { ExchangeSummary } from '../../shared/records/recorded-exchange.ts';
import type {
  ApiKeyRecord,
  BatchRecord,
  CredentialRecord,
  DatasetRecord,
  RunRecord,
} from '../../shared/records/records.ts';
import type { ScheduleRecord } from '../../shared/records/schedule.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../../shared/records/webhooks.ts';
import { writePayload } from '../../shared/runs/enqueue-event.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import { runSpecInputSchema, runSpecSchema } from '../../shared/spec/run-spec.ts';

const createdAtMs = Date.UTC(2026, 0, 31);
export const ids = createIds();

const spec = runSpecSchema.parse({
  seed: 117,
  targets: [{ id: 'one', baseUrl: 'https://api.example.com/v1', model: 'm', credentialId: null }],
});

export function makeRun(change: Partial<RunRecord> = {}): RunRecord {
  const created = { runId: ids.next('run'), tenantId: ids.next('tenant'), spec, maxStreamsPerWorker: 64, createdAtMs };
  return { ...buildRun(created), ...change };
}

export function makeBatch(change: Partial<BatchRecord> = {}): BatchRecord {
  const created = { runId: ids.next('run'), stageIndex: 0, batchIndex: 0, queuedAtMs: createdAtMs };
  return { ...buildBatch(created), ...change };
}

export function makeCredential(change: Partial<CredentialRecord> = {}): CredentialRecord {
  return {
    credentialId: ids.next('credential'),
    tenantId: ids.next('tenant'),
    name: 'a key',
    sealed: 'v1.abc',
    lastFour: 'wxyz',
    ephemeral: false,
    createdAtMs,
    expiresAtMs: null,
    ...change,
  };
}

export function makeDataset(change: Partial<DatasetRecord> = {}): DatasetRecord {
  return {
    datasetId: ids.next('dataset'),
    tenantId: ids.next('tenant'),
    name: null,
    kind: 'prompts',
    sha256: 'c'.repeat(64),
    bytes: 21,
    entries: 1,
    createdAtMs,
    ...change,
  };
}

export function makePriceBookEntry(change: Partial<PriceBookRecord> = {}): PriceBookRecord {
  const asOf = change.asOf ?? '2026-01-31';
  return {
    tenantId: ids.next('tenant'),
    name: 'acme.m',
    asOf,
    entry: {
      kind: 'tokens',
      model: 'm',
      inputPerMillionTokens: 1,
      outputPerMillionTokens: 2,
      currency: 'USD',
      asOf,
      source: 'an offer',
    },
    createdAtMs,
    ...change,
  };
}

export function makeSchedule(change: Partial<ScheduleRecord> = {}): ScheduleRecord {
  return {
    scheduleId: ids.next('schedule'),
    tenantId: ids.next('tenant'),
    name: null,
    cron: null,
    timeZone: 'UTC',
    intervalMs: 3_600_000,
    spec: runSpecInputSchema.parse({ targets: [{ baseUrl: 'https://api.example.com/v1', model: 'm' }] }),
    paused: false,
    nextAtMs: createdAtMs + 3_600_000,
    lastDueAtMs: null,
    lastRunId: null,
    lastFailure: null,
    createdAtMs,
    ...change,
  };
}

export function makeApiKey(change: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return {
    apiKeyId: ids.next('apiKey'),
    tenantId: ids.next('tenant'),
    name: 'ci',
    sha256: 'b'.repeat(64),
    scopes: ['runs:read'],
    createdAtMs,
    expiresAtMs: null,
    lastUsedAtMs: null,
    ...change,
  };
}

export function makeWebhookEndpoint(change: Partial<WebhookEndpointRecord> = {}): WebhookEndpointRecord {
  return {
    webhookEndpointId: ids.next('webhookEndpoint'),
    tenantId: ids.next('tenant'),
    url: 'https://hooks.example.com/x',
    events: ['run.completed'],
    sealedSecret: 'v1.abc',
    sealedPreviousSecret: null,
    previousSecretExpiresAtMs: null,
    runId: null,
    disabled: false,
    timeoutsInRow: 0,
    firstTimeoutAtMs: null,
    pausedUntilMs: null,
    createdAtMs,
    ...change,
  };
}

/** Makes the payload of an event about a completed run. */
export function makePayload(): string {
  const { runId, status, stop, failure, verdict, trust } = makeRun({ status: 'completed', trust: 'ok' });
  const at = formatInstant(createdAtMs);
  const runUrl = `/v1/runs/${runId}`;
  const data = { runId, name: null, status, stop, failure, verdict, trust, metadata: {} };
  return writePayload({
    id: ids.next('event'),
    type: 'run.completed',
    timestamp: at,
    data: { ...data, createdAt: at, startedAt: at, endedAt: at, runUrl, reportUrl: `${runUrl}/report` },
  });
}

export function makeDelivery(change: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    deliveryId: ids.next('delivery'),
    tenantId: ids.next('tenant'),
    webhookEndpointId: ids.next('webhookEndpoint'),
    runId: ids.next('run'),
    eventId: ids.next('event'),
    eventType: 'run.completed',
    payload: makePayload(),
    status: 'pending',
    attempts: [],
    nextAttemptAtMs: createdAtMs,
    claimedUntilMs: null,
    createdAtMs,
    ...change,
  };
}

export function makeSample(change: Partial<Sample> = {}): Sample {
  return {
    requestIndex: 0,
    warmup: false,
    batchIndex: 0,
    attempt: 1,
    outcome: 'ok',
    notSentReason: null,
    disturbed: false,
    originWallMs: createdAtMs,
    dueMs: 10,
    startMs: 10.001,
    firstStartMs: null,
    sentMs: 10.321,
    headersMs: 510.25,
    firstReadMs: 511,
    firstOutputMs: 511,
    firstAnswerMs: 511,
    lastOutputMs: 4_211.5,
    endMs: 4_212.123,
    connection: { reused: true, dnsMs: null, connectMs: null, tlsMs: null },
    httpStatus: 200,
    retryAfterMs: null,
    error: null,
    finishReason: 'stop',
    notes: null,
    requestedOutputTokens: 150,
    requestedInputTokens: 550,
    conversationIndex: null,
    turn: null,
    inputTokens: 550,
    outputTokens: 149,
    usage: { inputTokens: 551, outputTokens: 150, cachedTokens: null, reasoningTokens: null },
    checksum: 'ok',
    expectedNumber: null,
    answerNumber: null,
    checksumAnyOk: true,
    linesFromInput: 0.875,
    outputEvents: 149,
    reads: 151,
    bytes: 30_000,
    ...change,
  };
}

export function makeExchangeSummary(change: Partial<ExchangeSummary> = {}): ExchangeSummary {
  return {
    exchangeId: '0-0-1',
    stageIndex: 0,
    requestIndex: 0,
    targetId: 'a',
    reasons: ['failed'],
    outcome: 'http_5xx',
    bytes: 2,
    ...change,
  };
}
