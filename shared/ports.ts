import type { Config } from './config.ts';
import type { IdKind } from './ids/ids.ts';
import type { Instrument } from './measure/instrument.ts';
import type { UsageStore } from './quotas.ts';
import type { Message } from './records/messages.ts';
import type { PriceBookRecord } from './records/price-book.ts';
import type {
  ApiKeyRecord,
  BatchRecord,
  CredentialRecord,
  DatasetRecord,
  IdempotencyRecord,
  RunCounters,
  RunRecord,
  StageRecord,
  StageStop,
  StopReason,
} from './records/records.ts';
import type { ScheduleRecord } from './records/schedule.ts';
import type { TelemetryName } from './records/telemetry.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from './records/webhooks.ts';
import type { SampleColumns } from './sample/field-kinds.ts';
import type { Sample, Timeline } from './sample/sample.ts';

/* Interfaces of stores, queues, and other infrastructure, and `Deps`, the object that provides them. */

export interface Clock {
  /** Returns the wall-clock time in ms since 1970. Do not use it for durations. */
  nowMs(): number;
  /** Returns the monotonic time in ms, with microsecond precision. Use it for durations. */
  monotonicMs(): number;
  /** Waits for `ms` milliseconds, or until the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** Creates an id. Ids sort by creation time. */
  next(kind: IdKind): string;
  randomBytes(length: number): Uint8Array;
}

/** Values that attributes must have for an update to take effect. A list means that any of its values is accepted. */
export type Expect<T> = { readonly [K in keyof T]?: T[K] | readonly [T[K], ...T[K][]] };

export type Page<T> = { items: T[]; cursor: string | null };
export type PageRequest = { limit: number; cursor: string | null };

interface TenantStore<T> {
  get(tenantId: string, id: string): Promise<T | null>;
  /** Lists a tenant's records, newest first. @throws AppError INVALID_REQUEST if the cursor is from another list */
  list(tenantId: string, page: PageRequest): Promise<Page<T>>;
  /** Removes the record. Returns whether it existed. */
  remove(tenantId: string, id: string): Promise<boolean>;
}

export interface RunStore {
  /** Creates the run. Returns false, and leaves the stored run unchanged, if the run already exists. */
  create(run: RunRecord): Promise<boolean>;
  get(runId: string): Promise<RunRecord | null>;
  /** Reads the state of a run again, without its spec, which may have megabytes. Null if the run was deleted. */
  refresh(run: RunRecord): Promise<RunRecord | null>;
  /**
   * Returns a run's manifest as canonical JSON, from the spec as it was stored: defaults that a later version adds do
   * not change its bytes.
   */
  getManifest(runId: string): Promise<{ json: string; sha256: string } | null>;
  /** Lists a tenant's runs, newest first. @throws AppError INVALID_REQUEST if the cursor is from another list */
  list(tenantId: string, page: PageRequest): Promise<Page<RunRecord>>;
  /** Lists the runs that a schedule created, newest first. */
  listBySchedule(tenantId: string, scheduleId: string, page: PageRequest): Promise<Page<RunRecord>>;
  /** Lists the queued, running, and finalizing runs of a tenant, or of all tenants. */
  listActive(tenantId?: string): Promise<{ runId: string; tenantId: string }[]>;
  /** Returns the updated run, or null if an attribute does not have its expected value. */
  update(runId: string, expect: Expect<RunRecord>, set: Partial<RunRecord>): Promise<RunRecord | null>;
  /** Adds to the run's counters of finished and failed requests. Returns the new totals. */
  count(runId: string, add: { finished: number; failed: number }): Promise<RunCounters>;
  /** Adds `nanoUsd` (may be negative) to the run's reserved cost. Returns false if the sum would exceed the cap. */
  reserve(runId: string, nanoUsd: number, capNanoUsd: number): Promise<boolean>;
  /** Returns why the run must stop, null if it continues, or `gone` if it was deleted. Heartbeats call this method. */
  getStop(runId: string): Promise<StopReason | 'gone' | null>;
  /** Removes the run and its stages, batches, blocks, and report. */
  remove(runId: string): Promise<void>;
}

export interface StageStore {
  /** Creates the stage if it does not exist. */
  open(stage: Omit<StageRecord, 'ready' | 'startAtMs' | 'stop'>): Promise<void>;
  get(runId: string, stageIndex: number): Promise<StageRecord | null>;
  /** Marks a batch as ready. Returns the updated stage. */
  addReady(runId: string, stageIndex: number, member: string): Promise<StageRecord>;
  /** Sets the stage's start time (ms since 1970) if none is set. Returns the stored start time. */
  agreeStart(runId: string, stageIndex: number, startAtMs: number): Promise<number>;
  /** Stores why the stage stops, if no reason is stored yet. Returns the stored reason. */
  stop(runId: string, stageIndex: number, stop: StageStop): Promise<StageStop>;
}

export type BatchKey = Pick<BatchRecord, 'runId' | 'stageIndex' | 'batchIndex'>;

export interface BatchStore {
  create(batch: BatchRecord): Promise<boolean>;
  get(runId: string, stageIndex: number, batchIndex: number): Promise<BatchRecord | null>;
  /** Lists the batches of the run, or of one stage, ordered by index. */
  list(runId: string, stageIndex?: number): Promise<BatchRecord[]>;
  update(key: BatchKey, expect: Expect<BatchRecord>, set: Partial<BatchRecord>): Promise<BatchRecord | null>;
}

export type BlockKey = BatchKey & { attempt: number; sequence: number };

/**
 * Reads the blocks that a batch committed, ordered by attempt and sequence number.
 * @param blocks number of committed blocks for each attempt
 * @param from number of blocks to skip at the start of each attempt
 */
export type ReadBlocks<T> = (
  runId: string,
  stageIndex: number,
  batchIndex: number,
  blocks: Record<string, number>,
  from?: Record<string, number>,
) => AsyncIterable<T>;

export interface BlockStore {
  /** Creates or replaces a block of at most `maxBlockSamples` samples. */
  put(key: BlockKey, samples: readonly Sample[], timelines: readonly Timeline[], gaps?: Uint8Array): Promise<void>;
  /** Counts the stored blocks of each attempt, committed or not, up to the first missing sequence number. */
  countBlocks(runId: string, stageIndex: number, batchIndex: number): Promise<Record<string, number>>;
  /** Reads samples, and skips damaged blocks. To copy a sample, use `copySample`, not the spread operator. */
  readSamples: ReadBlocks<Sample[]>;
  /** Reads samples as columns. A committed block that is damaged or missing is null. */
  readColumns: ReadBlocks<SampleColumns | null>;
  /** Reads timelines, and skips damaged ones. */
  readTimelines: ReadBlocks<Timeline[]>;
  /** Reads sketches (compact summaries) of chunk gaps. Skips blocks that were stored without a sketch. */
  readGaps: ReadBlocks<Uint8Array>;
}

export interface ReportStore {
  /** Stores the report's canonical JSON, compressed and split over several items. */
  put(runId: string, json: string): Promise<void>;
  get(runId: string): Promise<string | null>;
  /** Returns the SHA-256 of the stored JSON in hex, without reading the JSON. */
  getDigest(runId: string): Promise<string | null>;
}

/** A stored rendering: the SHA-256 of its bytes in hex, and a function that reads them. */
export type StoredRendering = { sha256: string; read(): Promise<ReadableStream<Uint8Array>> };

/** Stores what was rendered from reports. The name of a rendering contains the version of its renderer. */
export interface RenderingStore {
  /** Receives a text in pieces, compresses it, and stores it in several items. */
  put(runId: string, name: string, pieces: readonly string[]): Promise<void>;
  /** Finds a stored text, which is read as a stream of UTF-8 bytes. Returns null if the store has no such text. */
  open(runId: string, name: string): Promise<StoredRendering | null>;
}

export interface CredentialStore extends TenantStore<CredentialRecord> {
  put(credential: CredentialRecord): Promise<void>;
  /** Lists a tenant's credentials, newest first. Omits credentials that were created for a single run. */
  list(tenantId: string, page: PageRequest): Promise<Page<CredentialRecord>>;
}

export interface DatasetStore extends TenantStore<DatasetRecord> {
  /** Stores the dataset and its text if the id is new. Returns the stored dataset, and whether this call created it. */
  create(dataset: DatasetRecord, text: string): Promise<{ dataset: DatasetRecord; created: boolean }>;
  getText(tenantId: string, datasetId: string): Promise<string | null>;
}

/** Stores a tenant's price book. Each entry has a unique combination of name and date. */
export interface PriceBookStore {
  /** Creates the entry, or replaces the entry with the same name and date. */
  put(entry: PriceBookRecord): Promise<{ created: boolean }>;
  /** Lists all entries of a tenant, ordered by name and date. */
  listAll(tenantId: string): Promise<PriceBookRecord[]>;
  remove(tenantId: string, name: string, asOf: string): Promise<boolean>;
}

export interface ScheduleStore extends TenantStore<ScheduleRecord> {
  /** Creates the schedule. Returns false, and writes nothing, if the schedule already exists. */
  create(schedule: ScheduleRecord): Promise<boolean>;
  /** Returns the updated schedule, or null if it does not exist or an attribute does not have its expected value. */
  update(
    tenantId: string,
    scheduleId: string,
    expect: Expect<Pick<ScheduleRecord, 'nextAtMs' | 'paused'>>,
    set: Partial<Omit<ScheduleRecord, 'tenantId' | 'scheduleId' | 'spec'>>,
  ): Promise<ScheduleRecord | null>;
  /** Lists schedules that may be due at `atMs` (ms since 1970), earliest due time first. */
  listDue(atMs: number, limit: number): Promise<{ tenantId: string; scheduleId: string }[]>;
}

export type ApiKeyPlace = Pick<ApiKeyRecord, 'tenantId' | 'apiKeyId'>;

export interface ApiKeyStore extends TenantStore<ApiKeyRecord> {
  create(key: ApiKeyRecord): Promise<void>;
  /** Records that the parent key created the child key. The child may belong to another tenant. */
  addChild(parent: ApiKeyPlace, child: ApiKeyPlace & Pick<ApiKeyRecord, 'expiresAtMs'>): Promise<void>;
  /** Lists the keys that a key created, including revoked keys. The parent itself may be revoked. */
  listChildren(parent: ApiKeyPlace): Promise<ApiKeyPlace[]>;
}

export interface WebhookEndpointStore extends TenantStore<WebhookEndpointRecord> {
  /** Creates the webhook endpoint if it does not exist. */
  create(endpoint: WebhookEndpointRecord): Promise<void>;
  /** Returns the updated endpoint, or null if it does not exist or an attribute does not have its expected value. */
  update(
    tenantId: string,
    webhookEndpointId: string,
    set: Partial<WebhookEndpointRecord>,
    expect?: Expect<WebhookEndpointRecord>,
  ): Promise<WebhookEndpointRecord | null>;
}

export interface DeliveryStore {
  /** Creates the delivery. Returns false, and writes nothing, if the delivery already exists. */
  create(delivery: DeliveryRecord): Promise<boolean>;
  get(tenantId: string, deliveryId: string): Promise<DeliveryRecord | null>;
  /** Lists the deliveries to an endpoint, newest first. */
  listByEndpoint(tenantId: string, webhookEndpointId: string, page: PageRequest): Promise<Page<DeliveryRecord>>;
  remove(tenantId: string, deliveryId: string): Promise<boolean>;
  /** Updates a delivery. The status and the next attempt are set together, because the index of due work needs both. */
  update(
    tenantId: string,
    deliveryId: string,
    expect: Expect<DeliveryRecord>,
    set: Pick<DeliveryRecord, 'status' | 'nextAttemptAtMs'> & Partial<DeliveryRecord>,
  ): Promise<DeliveryRecord | null>;
  /** Lists pending deliveries whose next attempt is due at `atMs` (ms since 1970), earliest first. */
  listDue(atMs: number, limit: number): Promise<DeliveryRecord[]>;
}

export interface IdempotencyStore {
  /** Stores the record if its key is unused or expired. Returns the record that is stored under the key afterwards. */
  claim(record: IdempotencyRecord, nowMs: number): Promise<IdempotencyRecord>;
  complete(tenantId: string, key: string, response: NonNullable<IdempotencyRecord['response']>): Promise<void>;
  /** Removes the idempotency key of a rejected request, so that the corrected request can use the same key. */
  release(tenantId: string, key: string): Promise<void>;
}

export interface RateLimitStore {
  /** Counts one use of `name` in the time window. Returns the number of uses in this window, including this one. */
  hit(tenantId: string, name: string, windowStartMs: number, windowMs: number): Promise<number>;
}

export interface Queue {
  /** @param options.region AWS region whose workers receive a batch message. Default: the deployment's own region */
  send(message: Message, options?: { delayMs?: number; region?: string }): Promise<void>;
  /** Checks that all queues respond. @throws Error if a queue does not respond */
  check(): Promise<void>;
}

/** Encrypts secrets for storage. Decryption needs the same context (such as tenant and id) as encryption. */
export interface SecretBox {
  seal(plaintext: string, context: Record<string, string>): Promise<string>;
  /** @throws Error if the encrypted text was changed, or was encrypted with another context */
  open(sealed: string, context: Record<string, string>): Promise<string>;
}

/** `retryAfter` is the header `Retry-After` as received. It is null if the header is missing. */
export type HttpReply = { httpStatus: number; body: string; durationMs: number; retryAfter: string | null };

/** Sends POST requests to users' URLs. Checks the resolved address, follows no redirects, and limits the reply size. */
export interface SafeHttp {
  /** @throws Error if no reply arrives. The message contains no secrets */
  post(url: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<HttpReply>;
}

export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Logger;
}

export interface Telemetry {
  /** Records a metric value. The default value is 1. The fields must not contain secrets. */
  record(metric: TelemetryName, value?: number, fields?: Record<string, string | number>): void;
}

export type Stores = {
  runs: RunStore;
  stages: StageStore;
  batches: BatchStore;
  blocks: BlockStore;
  reports: ReportStore;
  renderings: RenderingStore;
  credentials: CredentialStore;
  apiKeys: ApiKeyStore;
  webhookEndpoints: WebhookEndpointStore;
  deliveries: DeliveryStore;
  idempotency: IdempotencyStore;
  rateLimits: RateLimitStore;
  usage: UsageStore;
  datasets: DatasetStore;
  priceBook: PriceBookStore;
  schedules: ScheduleStore;
};

/** Dependencies that every function uses. */
export type BaseDeps = { clock: Clock; ids: Ids; queue: Queue; logger: Logger; telemetry: Telemetry; config: Config };

/** All dependencies. Each function's `compose.ts` provides only those that the function needs. */
export type Deps = BaseDeps & Stores & { secrets: SecretBox; http: SafeHttp; instrument: Instrument };
