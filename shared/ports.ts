import type { Config } from './config.ts';
import type { IdKind } from './ids/ids.ts';
import type { Instrument } from './measure/instrument.ts';
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

/* The interfaces that use cases depend on, and `Deps`, the object that provides them. */

export interface Clock {
  /** Returns wall-clock time in milliseconds since 1970. Not for durations. */
  nowMs(): number;
  /** Returns monotonic time in milliseconds with microsecond digits, for durations. */
  monotonicMs(): number;
  /** Resolves after `ms`, or immediately when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** Creates an id that sorts by time. */
  next(kind: IdKind): string;
  /** Returns random bytes for keys, secrets and seeds. */
  randomBytes(length: number): Uint8Array;
}

/** Expected values of attributes; a list allows any of its values. An update requires all of them. */
export type Expect<T> = { readonly [K in keyof T]?: T[K] | readonly T[K][] };

export type Page<T> = { items: T[]; cursor: string | null };
export type PageRequest = { limit: number; cursor: string | null };

/** Records of a tenant, by id. */
interface TenantStore<T> {
  get(tenantId: string, id: string): Promise<T | null>;
  /** Lists records, newest first. @throws AppError INVALID_REQUEST for a cursor of another store */
  list(tenantId: string, page: PageRequest): Promise<Page<T>>;
  /** Returns whether the record existed. */
  remove(tenantId: string, id: string): Promise<boolean>;
}

export interface RunStore {
  /** Returns false, without writing, if the run exists. */
  create(run: RunRecord): Promise<boolean>;
  get(runId: string): Promise<RunRecord | null>;
  /** Lists runs, newest first. @throws AppError INVALID_REQUEST for a cursor of another store */
  list(tenantId: string, page: PageRequest): Promise<Page<RunRecord>>;
  /** Lists the runs of a schedule, newest first. */
  listBySchedule(tenantId: string, scheduleId: string, page: PageRequest): Promise<Page<RunRecord>>;
  /** Lists the runs that are queued, running or finalizing. */
  listActive(): Promise<{ runId: string; tenantId: string }[]>;
  countActive(tenantId: string): Promise<number>;
  /** Returns the changed run, or null if an expectation does not hold. */
  update(runId: string, expect: Expect<RunRecord>, set: Partial<RunRecord>): Promise<RunRecord | null>;
  /** Adds to the heartbeat counters and returns the totals. */
  count(runId: string, add: { finished: number; failed: number }): Promise<RunCounters>;
  /** Reserves cost, or returns it if negative. Returns false if the sum would exceed the cap. */
  reserve(runId: string, nanoUsd: number, capNanoUsd: number): Promise<boolean>;
  /** Returns the stop reason in a cheap read for heartbeats, or `gone` if the run was deleted. */
  getStop(runId: string): Promise<StopReason | 'gone' | null>;
  /** Removes the run with its stages, batches, blocks and report. */
  remove(runId: string): Promise<void>;
}

export interface StageStore {
  /** Writes the stage unless it exists. */
  open(stage: Omit<StageRecord, 'ready' | 'startAtMs' | 'stop'>): Promise<void>;
  get(runId: string, stageIndex: number): Promise<StageRecord | null>;
  /** Adds a member to the ready set and returns the stage. */
  addReady(runId: string, stageIndex: number, member: string): Promise<StageRecord>;
  /** Sets the start time unless it is set. Returns the valid one. */
  agreeStart(runId: string, stageIndex: number, startAtMs: number): Promise<number>;
  /** Stops the stage unless it is stopped. Returns the valid stop. */
  stop(runId: string, stageIndex: number, stop: StageStop): Promise<StageStop>;
}

export type BatchKey = Pick<BatchRecord, 'runId' | 'stageIndex' | 'batchIndex'>;

export interface BatchStore {
  create(batch: BatchRecord): Promise<boolean>;
  get(runId: string, stageIndex: number, batchIndex: number): Promise<BatchRecord | null>;
  /** Lists the batches of a run or a stage in order. */
  list(runId: string, stageIndex?: number): Promise<BatchRecord[]>;
  update(key: BatchKey, expect: Expect<BatchRecord>, set: Partial<BatchRecord>): Promise<BatchRecord | null>;
}

export type BlockKey = BatchKey & { attempt: number; sequence: number };

/**
 * Reads the committed blocks of a batch in key order.
 * @param blocks attempt → number of committed blocks
 * @param from attempt → number of first blocks to skip
 */
export type ReadBlocks<T> = (
  runId: string,
  stageIndex: number,
  batchIndex: number,
  blocks: Record<string, number>,
  from?: Record<string, number>,
) => AsyncIterable<T>;

export interface BlockStore {
  /** Writes or replaces a block of at most `maxBlockSamples` samples. */
  put(key: BlockKey, samples: readonly Sample[], timelines: readonly Timeline[], gaps?: Uint8Array): Promise<void>;
  /** Counts the blocks of each attempt, committed or not, up to the first missing sequence. */
  countBlocks(runId: string, stageIndex: number, batchIndex: number): Promise<Record<string, number>>;
  /** To copy a sample, use `copySample` instead of a spread. */
  readSamples: ReadBlocks<Sample[]>;
  readColumns: ReadBlocks<SampleColumns>;
  readTimelines: ReadBlocks<Timeline[]>;
  /** Skips blocks without `gaps`. */
  readGaps: ReadBlocks<Uint8Array>;
}

export interface ReportStore {
  /** Stores the canonical JSON of the report, compressed and in parts. */
  put(runId: string, json: string): Promise<void>;
  get(runId: string): Promise<string | null>;
}

export interface CredentialStore extends TenantStore<CredentialRecord> {
  put(credential: CredentialRecord): Promise<void>;
  /** Lists credentials that are not ephemeral, newest first. */
  list(tenantId: string, page: PageRequest): Promise<Page<CredentialRecord>>;
}

export interface DatasetStore extends TenantStore<DatasetRecord> {
  /** Writes the dataset with its text unless the id exists. Returns the stored one. */
  create(dataset: DatasetRecord, text: string): Promise<{ dataset: DatasetRecord; created: boolean }>;
  getText(tenantId: string, datasetId: string): Promise<string | null>;
}

/** The price book of a tenant. Each name can have one entry per date. */
export interface PriceBookStore {
  /** Writes or replaces the entry of a name and date. */
  put(entry: PriceBookRecord): Promise<{ created: boolean }>;
  /** Lists all entries by name and date. */
  listAll(tenantId: string): Promise<PriceBookRecord[]>;
  remove(tenantId: string, name: string, asOf: string): Promise<boolean>;
}

export interface ScheduleStore extends TenantStore<ScheduleRecord> {
  /** Returns false, without writing, if the schedule exists. */
  create(schedule: ScheduleRecord): Promise<boolean>;
  /** Returns the changed schedule, or null if it does not exist or an expectation does not hold. */
  update(
    tenantId: string,
    scheduleId: string,
    expect: Expect<Pick<ScheduleRecord, 'nextAtMs' | 'paused'>>,
    set: Partial<Omit<ScheduleRecord, 'tenantId' | 'scheduleId' | 'spec'>>,
  ): Promise<ScheduleRecord | null>;
  /** Lists at most `limit` schedules that may be due at the time, oldest first. */
  listDue(atMs: number, limit: number): Promise<{ tenantId: string; scheduleId: string }[]>;
}

export interface ApiKeyStore extends TenantStore<ApiKeyRecord> {
  create(key: ApiKeyRecord): Promise<void>;
}

export interface WebhookEndpointStore extends TenantStore<WebhookEndpointRecord> {
  /** Writes the endpoint unless it exists. */
  create(endpoint: WebhookEndpointRecord): Promise<void>;
  /** Returns null if the endpoint does not exist. */
  update(
    tenantId: string,
    webhookEndpointId: string,
    set: Partial<WebhookEndpointRecord>,
  ): Promise<WebhookEndpointRecord | null>;
}

export interface DeliveryStore {
  /** Returns false, without writing, if the delivery exists. */
  create(delivery: DeliveryRecord): Promise<boolean>;
  get(tenantId: string, deliveryId: string): Promise<DeliveryRecord | null>;
  /** Lists the deliveries of an endpoint, newest first. */
  listByEndpoint(tenantId: string, webhookEndpointId: string, page: PageRequest): Promise<Page<DeliveryRecord>>;
  remove(tenantId: string, deliveryId: string): Promise<boolean>;
  update(
    tenantId: string,
    deliveryId: string,
    expect: Expect<DeliveryRecord>,
    set: Partial<DeliveryRecord>,
  ): Promise<DeliveryRecord | null>;
  /** Lists at most `limit` pending deliveries whose next attempt is due at the time, oldest first. */
  listDue(atMs: number, limit: number): Promise<DeliveryRecord[]>;
}

export interface IdempotencyStore {
  /** Claims the key. Returns the stored record: this one, or an earlier one that has not expired. */
  claim(record: IdempotencyRecord, nowMs: number): Promise<IdempotencyRecord>;
  complete(tenantId: string, key: string, response: NonNullable<IdempotencyRecord['response']>): Promise<void>;
  /** Releases the key of a rejected request, so that a corrected request can use it. */
  release(tenantId: string, key: string): Promise<void>;
}

export interface RateLimitStore {
  /** Counts a use in the window and returns the count so far. */
  hit(tenantId: string, name: string, windowStartMs: number, windowMs: number): Promise<number>;
}

export interface Queue {
  /** @param options.region region of the workers for a batch. Default: the region of the deployment */
  send(message: Message, options?: { delayMs?: number; region?: string }): Promise<void>;
  /** Checks cheaply that all queues respond. @throws Error if one does not */
  check(): Promise<void>;
}

/** Seals secrets for storage. A sealed text opens only with the context (such as tenant and id) that it was sealed with. */
export interface SecretBox {
  seal(plaintext: string, context: Record<string, string>): Promise<string>;
  /** @throws Error if the text was changed or sealed with another context */
  open(sealed: string, context: Record<string, string>): Promise<string>;
}

export type HttpReply = { httpStatus: number; body: string; durationMs: number };

/** Sends a POST to an address of a user. Checks the address at connect time, follows no redirects, and limits the reply. */
export interface SafeHttp {
  /** @throws Error without a reply. Its message contains no secrets */
  post(url: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<HttpReply>;
}

export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Logger;
}

export interface Telemetry {
  /** Records a value (default 1). The fields contain ids, never secrets. */
  record(metric: TelemetryName, value?: number, fields?: Record<string, string | number>): void;
}

export type Stores = {
  runs: RunStore;
  stages: StageStore;
  batches: BatchStore;
  blocks: BlockStore;
  reports: ReportStore;
  credentials: CredentialStore;
  apiKeys: ApiKeyStore;
  webhookEndpoints: WebhookEndpointStore;
  deliveries: DeliveryStore;
  idempotency: IdempotencyStore;
  rateLimits: RateLimitStore;
  datasets: DatasetStore;
  priceBook: PriceBookStore;
  schedules: ScheduleStore;
};

/** The dependencies of every function. */
export type BaseDeps = { clock: Clock; ids: Ids; queue: Queue; logger: Logger; telemetry: Telemetry; config: Config };

/** The dependencies of all functions. The `compose.ts` of a function provides what it needs. */
export type Deps = BaseDeps & Stores & { secrets: SecretBox; http: SafeHttp; instrument: Instrument };
