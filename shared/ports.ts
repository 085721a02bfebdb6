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

/* Every interface the use cases speak to, and `Deps`, the plain object they are given. */

export interface Clock {
  /** Wall clock, milliseconds since 1970: orders things, never measures. */
  nowMs(): number;
  /** Monotonic, milliseconds with microsecond digits: the only source of durations. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A new id of the kind, sortable by time. */
  next(kind: IdKind): string;
  /** Random bytes for keys, secrets and seeds. */
  randomBytes(length: number): Uint8Array;
}

/** Equality on the attributes named (a list: any of them). An update happens only where all hold. */
export type Expect<T> = { readonly [K in keyof T]?: T[K] | readonly T[K][] };

export type Page<T> = { items: T[]; cursor: string | null };
export type PageRequest = { limit: number; cursor: string | null };

export interface RunStore {
  /** False, and nothing written, where a run of this id exists. */
  create(run: RunRecord): Promise<boolean>;
  get(runId: string): Promise<RunRecord | null>;
  /** Newest first. A cursor that this store did not give: AppError INVALID_REQUEST. */
  list(tenantId: string, page: PageRequest): Promise<Page<RunRecord>>;
  /** The runs that a schedule started, newest first. */
  listBySchedule(tenantId: string, scheduleId: string, page: PageRequest): Promise<Page<RunRecord>>;
  /** Runs that are queued, running or finalizing. */
  listActive(): Promise<{ runId: string; tenantId: string }[]>;
  countActive(tenantId: string): Promise<number>;
  /** The changed run, or null where an expectation did not hold. */
  update(runId: string, expect: Expect<RunRecord>, set: Partial<RunRecord>): Promise<RunRecord | null>;
  /** Adds to the heartbeat counters; the new totals. */
  count(runId: string, add: { finished: number; failed: number }): Promise<RunCounters>;
  /** Reserves (or, negative, gives back) cost; false where the sum would pass the cap. */
  reserve(runId: string, nanoUsd: number, capNanoUsd: number): Promise<boolean>;
  /** The cheap look of a heartbeat: has the run been told to stop? `gone` where the run was deleted. */
  getStop(runId: string): Promise<StopReason | 'gone' | null>;
  /** Removes the run and all that hangs on it: stages, batches, blocks, report. */
  remove(runId: string): Promise<void>;
}

export interface StageStore {
  /** Writes the stage unless it exists. */
  open(stage: Omit<StageRecord, 'ready' | 'startAtMs' | 'stop'>): Promise<void>;
  get(runId: string, stageIndex: number): Promise<StageRecord | null>;
  /** Adds a member to the ready set (a set: twice is once); the stage after. */
  addReady(runId: string, stageIndex: number, member: string): Promise<StageRecord>;
  /** Sets the start instant unless it is set; the instant that holds. */
  agreeStart(runId: string, stageIndex: number, startAtMs: number): Promise<number>;
  /** Stops the stage unless it is stopped; the stop that holds. */
  stop(runId: string, stageIndex: number, stop: StageStop): Promise<StageStop>;
}

export type BatchKey = Pick<BatchRecord, 'runId' | 'stageIndex' | 'batchIndex'>;

export interface BatchStore {
  create(batch: BatchRecord): Promise<boolean>;
  get(runId: string, stageIndex: number, batchIndex: number): Promise<BatchRecord | null>;
  /** All batches of a run, or of one stage, in order. */
  list(runId: string, stageIndex?: number): Promise<BatchRecord[]>;
  update(key: BatchKey, expect: Expect<BatchRecord>, set: Partial<BatchRecord>): Promise<BatchRecord | null>;
}

export type BlockKey = BatchKey & { attempt: number; sequence: number };

export interface BlockStore {
  /** Writes one block; the same key again replaces it. Splits nothing: the caller keeps blocks to `maxBlockSamples`. */
  put(key: BlockKey, samples: readonly Sample[], timelines: readonly Timeline[], gaps?: Uint8Array): Promise<void>;
  /** How many blocks of each attempt exist for a batch, committed or not: attempt -> count of sequences 0 … n-1 without a gap. */
  countBlocks(runId: string, stageIndex: number, batchIndex: number): Promise<Record<string, number>>;
  /**
   * Rows of the batch's blocks that count (`blocks`: attempt -> count), in key order. To spread one, use `copySample`.
   * @param from attempt -> how many of its first blocks to leave out, since they are known
   */
  readSamples(
    runId: string,
    stageIndex: number,
    batchIndex: number,
    blocks: Record<string, number>,
    from?: Record<string, number>,
  ): AsyncIterable<Sample[]>;
  /** As `readSamples`, of all blocks that count, in columns. */
  readColumns(
    runId: string,
    stageIndex: number,
    batchIndex: number,
    blocks: Record<string, number>,
  ): AsyncIterable<SampleColumns>;
  readTimelines(
    runId: string,
    stageIndex: number,
    batchIndex: number,
    blocks: Record<string, number>,
  ): AsyncIterable<Timeline[]>;
  /** The `gaps` that were put with the blocks that count, in key order; none for a block that was put without them. */
  readGaps(
    runId: string,
    stageIndex: number,
    batchIndex: number,
    blocks: Record<string, number>,
    from?: Record<string, number>,
  ): AsyncIterable<Uint8Array>;
}

export interface ReportStore {
  /** Stores the report's canonical JSON text, compressed, in parts. */
  put(runId: string, json: string): Promise<void>;
  get(runId: string): Promise<string | null>;
}

export interface CredentialStore {
  put(credential: CredentialRecord): Promise<void>;
  get(tenantId: string, credentialId: string): Promise<CredentialRecord | null>;
  /** Lasting credentials only, newest first. */
  list(tenantId: string, page: PageRequest): Promise<Page<CredentialRecord>>;
  remove(tenantId: string, credentialId: string): Promise<boolean>;
}

export interface DatasetStore {
  /** Writes the dataset with its text unless the tenant has one of this id; the one that holds. */
  create(dataset: DatasetRecord, text: string): Promise<{ dataset: DatasetRecord; created: boolean }>;
  get(tenantId: string, datasetId: string): Promise<DatasetRecord | null>;
  /** The text as it was given; null where there is no such dataset. */
  getText(tenantId: string, datasetId: string): Promise<string | null>;
  /** Newest first. */
  list(tenantId: string, page: PageRequest): Promise<Page<DatasetRecord>>;
  remove(tenantId: string, datasetId: string): Promise<boolean>;
}

/** A tenant's own entries of the price book: of one name, one for each date. */
export interface PriceBookStore {
  /** Writes the entry, in place of the one of the same name and date where there is one. */
  put(entry: PriceBookRecord): Promise<{ created: boolean }>;
  /** All of the tenant's, by name and date. */
  listAll(tenantId: string): Promise<PriceBookRecord[]>;
  remove(tenantId: string, name: string, asOf: string): Promise<boolean>;
}

export interface ScheduleStore {
  /** False, and nothing written, where a schedule of this id exists. */
  create(schedule: ScheduleRecord): Promise<boolean>;
  get(tenantId: string, scheduleId: string): Promise<ScheduleRecord | null>;
  /** Newest first. */
  list(tenantId: string, page: PageRequest): Promise<Page<ScheduleRecord>>;
  /** The changed schedule, or null where there is none or an expectation did not hold. */
  update(
    tenantId: string,
    scheduleId: string,
    expect: Expect<Pick<ScheduleRecord, 'nextAtMs' | 'paused'>>,
    set: Partial<Omit<ScheduleRecord, 'tenantId' | 'scheduleId' | 'spec'>>,
  ): Promise<ScheduleRecord | null>;
  remove(tenantId: string, scheduleId: string): Promise<boolean>;
  /** Those that may be due at or before the instant, oldest first, at most `limit`. */
  listDue(atMs: number, limit: number): Promise<{ tenantId: string; scheduleId: string }[]>;
}

export interface ApiKeyStore {
  create(key: ApiKeyRecord): Promise<void>;
  get(tenantId: string, apiKeyId: string): Promise<ApiKeyRecord | null>;
  list(tenantId: string, page: PageRequest): Promise<Page<ApiKeyRecord>>;
  remove(tenantId: string, apiKeyId: string): Promise<boolean>;
}

export interface WebhookEndpointStore {
  /** Writes unless it exists. */
  create(endpoint: WebhookEndpointRecord): Promise<void>;
  get(tenantId: string, webhookEndpointId: string): Promise<WebhookEndpointRecord | null>;
  list(tenantId: string, page: PageRequest): Promise<Page<WebhookEndpointRecord>>;
  /** Null where there is none. */
  update(
    tenantId: string,
    webhookEndpointId: string,
    set: Partial<WebhookEndpointRecord>,
  ): Promise<WebhookEndpointRecord | null>;
  remove(tenantId: string, webhookEndpointId: string): Promise<boolean>;
}

export interface DeliveryStore {
  /** False, and nothing written, where a delivery of this id exists. */
  create(delivery: DeliveryRecord): Promise<boolean>;
  get(tenantId: string, deliveryId: string): Promise<DeliveryRecord | null>;
  /** Newest first. */
  listByEndpoint(tenantId: string, webhookEndpointId: string, page: PageRequest): Promise<Page<DeliveryRecord>>;
  remove(tenantId: string, deliveryId: string): Promise<boolean>;
  update(
    tenantId: string,
    deliveryId: string,
    expect: Expect<DeliveryRecord>,
    set: Partial<DeliveryRecord>,
  ): Promise<DeliveryRecord | null>;
  /** Pending deliveries whose next attempt is due at or before the instant, oldest first, at most `limit`. */
  listDue(atMs: number, limit: number): Promise<DeliveryRecord[]>;
}

export interface IdempotencyStore {
  /** Claims the key: the record that holds it (ours, or the one that was there and has not expired). */
  claim(record: IdempotencyRecord, nowMs: number): Promise<IdempotencyRecord>;
  complete(tenantId: string, key: string, response: NonNullable<IdempotencyRecord['response']>): Promise<void>;
  /** Gives the key up after a refusal, so that a corrected request may use it. */
  release(tenantId: string, key: string): Promise<void>;
}

export interface RateLimitStore {
  /** Counts one use in the window; the count so far, this one included. */
  hit(tenantId: string, name: string, windowStartMs: number, windowMs: number): Promise<number>;
}

export interface Queue {
  /** @param options.region whose workers a batch is for; the deployment's own if left out */
  send(message: Message, options?: { delayMs?: number; region?: string }): Promise<void>;
  /** Cheap: throws where one of the queues does not answer. */
  check(): Promise<void>;
}

/** Seals secrets for storage. The context (such as tenant and id) is bound in: a sealed text opens only under its own. */
export interface SecretBox {
  seal(plaintext: string, context: Record<string, string>): Promise<string>;
  /** Throws where the text was tampered with or sealed under another context. */
  open(sealed: string, context: Record<string, string>): Promise<string>;
}

export type HttpReply = { httpStatus: number; body: string; durationMs: number };

/** A POST to an address a user gave: checked at connect time, no redirects followed, reply read up to a bound. */
export interface SafeHttp {
  /** Throws an Error with a message that is safe to show where no reply came. */
  post(url: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<HttpReply>;
}

export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Logger;
}

export interface Telemetry {
  /** Records a value (a count of one if left out). The fields say of what: ids only, never secrets. */
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

/** What every function has. */
export type BaseDeps = { clock: Clock; ids: Ids; queue: Queue; logger: Logger; telemetry: Telemetry; config: Config };

/** All that the functions have together. Each takes what it needs, as its `compose.ts` says, and a use case picks of that. */
export type Deps = BaseDeps & Stores & { secrets: SecretBox; http: SafeHttp; instrument: Instrument };
