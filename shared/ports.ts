import type { Config } from './config.ts';
import type { IdKind } from './ids/ids.ts';
import type { Instrument } from './measure/instrument.ts';
import type { ObjectStore } from './object-store.ts';
import type { UsageStore } from './quotas.ts';
import type { AttemptNote } from './records/attempt-note.ts';
import type { Message } from './records/messages.ts';
import type { BatchRecord, RunCounters, RunRecord, StageRecord, StageStop, StopReason } from './records/records.ts';
import type { RunFilter } from './records/run-filter.ts';
import type { TelemetryName } from './records/telemetry.ts';
import type { SampleColumns } from './sample/field-kinds.ts';
import type { Sample, Timeline } from './sample/sample.ts';
import type { CredentialSource } from './spec/target-key.ts';
import type {
  ApiKeyStore,
  AuditStore,
  CredentialStore,
  DailyUsageStore,
  DatasetStore,
  DeliveryStore,
  ExchangeStore,
  Expect,
  IdempotencyStore,
  OidcRuleStore,
  Page,
  PageRequest,
  PriceBookStore,
  RateLimitStore,
  ScheduleStore,
  TargetCheckStore,
  WebhookEndpointStore,
  WorkerClaimStore,
} from './tenant-stores.ts';

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

/** A page of runs. Without a filter, it has all runs of the tenant. */
export type RunListRequest = PageRequest & {
  filter?: RunFilter;
  /** Whether the oldest run comes first. Default: the newest one. */
  isOldestFirst?: boolean;
  /** Maximum number of runs that a page with a filter examines. */
  maxExamined?: number;
};

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
  /**
   * Lists a tenant's runs that match the filter. A page with a filter examines a limited number of runs, so it can have
   * fewer runs than requested, or none, although its cursor is not null.
   * @throws AppError INVALID_REQUEST if the cursor is from another list
   */
  list(tenantId: string, request: RunListRequest): Promise<Page<RunRecord>>;
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
  /** Returns why the run must stop, or null. Reads a small item, which many workers can read often. */
  peekStop(runId: string): Promise<StopReason | null>;
  /**
   * Removes the run from all reads and lists. `clear` removes its data. Returns whether this call removed the run.
   * @param dueAtMs time in ms since 1970 from which `listRemoved` lists the run until it is cleared
   */
  remove(runId: string, nowMs: number, dueAtMs: number): Promise<boolean>;
  /** Returns a removed run that is not cleared yet. */
  getRemoved(runId: string): Promise<RunRecord | null>;
  /** Lists removed runs that are due at `atMs` (ms since 1970) and not cleared yet, earliest first. */
  listRemoved(atMs: number, limit: number): Promise<string[]>;
  /** Lists a removed run as due at a later time. Does nothing if the run is cleared. */
  postponeRemoval(runId: string, dueAtMs: number): Promise<void>;
  /**
   * Removes the stages, batches, blocks, report, and all other items of a removed run, until `isOver` returns true.
   * Returns whether nothing is left. A later call continues.
   */
  clear(runId: string, isOver: () => boolean): Promise<boolean>;
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

/** The note of an attempt, with its batch and its position among the notes of the batch. */
export type PlacedNote = { batchIndex: number; position: number; note: AttemptNote };

export interface BatchStore {
  create(batch: BatchRecord): Promise<boolean>;
  get(runId: string, stageIndex: number, batchIndex: number): Promise<BatchRecord | null>;
  /** Lists the batches of the run, or of one stage, ordered by index. */
  list(runId: string, stageIndex?: number): Promise<BatchRecord[]>;
  update(key: BatchKey, expect: Expect<BatchRecord>, set: Partial<BatchRecord>): Promise<BatchRecord | null>;
  /**
   * Stores the note of an attempt that hands the batch over. It takes effect when `noteCount` of the batch exceeds its
   * position. Replaces the note of an earlier attempt at this position, but not that of a later one.
   */
  putNote(key: BatchKey, position: number, note: AttemptNote): Promise<void>;
  /** Lists the stored notes of a stage's batches, ordered by batch and position. */
  listNotes(runId: string, stageIndex: number): Promise<PlacedNote[]>;
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
  /** Makes all blocks of a batch expire at `atMs` (ms since 1970). A repeated call changes nothing. */
  expire(batch: BatchKey, atMs: number): Promise<void>;
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

/** Stores what was derived from finished runs. The name of a rendered report contains the version of its renderer. */
export interface RenderingStore {
  /** Receives a text in pieces, compresses it, and stores it in several items. */
  put(runId: string, name: string, pieces: readonly string[]): Promise<void>;
  /** Finds a stored text, which is read as a stream of UTF-8 bytes. Returns null if the store has no such text. */
  open(runId: string, name: string): Promise<StoredRendering | null>;
}

export interface Queue {
  /**
   * @param options.region AWS region whose workers receive a batch message. Default: the deployment's own region
   * @param options.tenantId tenant whose share of the queue the message uses. Default: that of the message, if any
   */
  send(message: Message, options?: { delayMs?: number; region?: string; tenantId?: string }): Promise<void>;
  /** Checks that all queues respond. @throws Error if a queue does not respond */
  check(): Promise<void>;
}

/** Encrypts secrets for storage. Decryption needs the same context (such as tenant and id) as encryption. */
export interface SecretBox {
  seal(plaintext: string, context: Record<string, string>): Promise<string>;
  /** @throws Error if the encrypted text was changed, or was encrypted with another context */
  open(sealed: string, context: Record<string, string>): Promise<string>;
}

/** The role that signs the requests to a target: `worker`, or the ARN of a role to assume. */
export type RoleRequest = {
  role: string;
  region: string;
  /** External id that the trust policy of an assumed role must require. No other tenant can send it. */
  tenantId: string;
};

/** Opens the AWS credentials of roles, which are renewed before they expire. */
export interface RoleCredentials {
  /** @returns a source of current credentials, or why AWS refuses them. @throws Error if AWS cannot be reached */
  open(request: RoleRequest): Promise<{ source: CredentialSource; refusal: null } | { source: null; refusal: string }>;
}

/** `retryAfter` is the header `Retry-After` as received. It is null if the header is missing. */
export type HttpReply = { httpStatus: number; body: string; durationMs: number; retryAfter: string | null };

/** Sends POST requests to users' URLs. Checks the resolved address, follows no redirects, and limits the reply size. */
export interface SafeHttp {
  /** @throws Error if no reply arrives. The message contains no secrets */
  post(
    url: string,
    headers: Record<string, string>,
    body: string,
    timeoutMs: number,
    /** Tenant whose share of name lookups the request uses. */
    tenantId: string,
  ): Promise<HttpReply>;
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
  oidcRules: OidcRuleStore;
  webhookEndpoints: WebhookEndpointStore;
  deliveries: DeliveryStore;
  idempotency: IdempotencyStore;
  rateLimits: RateLimitStore;
  usage: UsageStore;
  workerClaims: WorkerClaimStore;
  audit: AuditStore;
  dailyUsage: DailyUsageStore;
  datasets: DatasetStore;
  priceBook: PriceBookStore;
  schedules: ScheduleStore;
  targetChecks: TargetCheckStore;
  exchanges: ExchangeStore;
};

/** Dependencies that every function uses. */
export type BaseDeps = { clock: Clock; ids: Ids; queue: Queue; logger: Logger; telemetry: Telemetry; config: Config };

/** All dependencies. Each function's `compose.ts` provides only those that the function needs. */
export type Deps = BaseDeps &
  Stores & {
    objects: ObjectStore;
    secrets: SecretBox;
    http: SafeHttp;
    instrument: Instrument;
    roles: RoleCredentials;
  };
