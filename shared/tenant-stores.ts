import type { AuditEvent } from './records/audit-event.ts';
import type { OidcRuleRecord } from './records/oidc-rule.ts';
import type { PriceBookRecord } from './records/price-book.ts';
import type { ExchangeSummary } from './records/recorded-exchange.ts';
import type { ApiKeyRecord, CredentialRecord, DatasetRecord, IdempotencyRecord } from './records/records.ts';
import type { DayUsage, RunUsage } from './records/run-usage.ts';
import type { ScheduleRecord } from './records/schedule.ts';
import type { TargetCheckRecord } from './records/target-check.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from './records/webhooks.ts';
import type { WorkerClaim } from './records/worker-claim.ts';

/* Interfaces of the stores of a tenant's resources, and the pages of their lists. */

/** Values that attributes must have for an update to take effect. A list means that any of its values is accepted. */
export type Expect<T> = { readonly [K in keyof T]?: T[K] | readonly [T[K], ...(T[K] | null)[]] };

export type Page<T> = { items: T[]; cursor: string | null };

export type PageRequest = { limit: number; cursor: string | null };

interface TenantStore<T> {
  get(tenantId: string, id: string): Promise<T | null>;
  /** Lists a tenant's records, newest first. @throws AppError INVALID_REQUEST if the cursor is from another list */
  list(tenantId: string, page: PageRequest): Promise<Page<T>>;
  /** Removes the record. Returns whether it existed. */
  remove(tenantId: string, id: string): Promise<boolean>;
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
  /** Lists the schedule as due at a later time, without changing it. Does nothing if the schedule is not listed. */
  postpone(tenantId: string, scheduleId: string, untilMs: number): Promise<void>;
  /** Lists schedules that may be due at `atMs` (ms since 1970), earliest first. The tenants take turns. */
  listDue(atMs: number, limit: number): Promise<{ tenantId: string; scheduleId: string }[]>;
}

/** The claims of all tenants. Some of their groups may have ended. */
export type WorkerClaims = { version: number; claims: WorkerClaim[] };

/** Stores which groups of the deployment use workers or wait for them. */
export interface WorkerClaimStore {
  get(): Promise<WorkerClaims | null>;
  /** Replaces the claims if the stored ones are still `stored`. Returns whether they were replaced. */
  replace(stored: WorkerClaims | null, claims: readonly WorkerClaim[]): Promise<boolean>;
}

export type ApiKeyPlace = Pick<ApiKeyRecord, 'tenantId' | 'apiKeyId'>;

export interface ApiKeyStore extends TenantStore<ApiKeyRecord> {
  create(key: ApiKeyRecord): Promise<void>;
  /** Stores that a key was used at `atMs`, unless a use within the last `everyMs` is stored. */
  touch(tenantId: string, apiKeyId: string, atMs: number, everyMs: number): Promise<void>;
  /** Records that the parent key created the child key. The child may belong to another tenant. */
  addChild(parent: ApiKeyPlace, child: ApiKeyPlace & Pick<ApiKeyRecord, 'expiresAtMs'>): Promise<void>;
  /** Lists the keys that a key created, including revoked keys. The parent itself may be revoked. */
  listChildren(parent: ApiKeyPlace): Promise<ApiKeyPlace[]>;
}

export interface OidcRuleStore extends TenantStore<OidcRuleRecord> {
  create(rule: OidcRuleRecord): Promise<void>;
  /** Lists all rules of a tenant, also expired ones. */
  listAll(tenantId: string): Promise<OidcRuleRecord[]>;
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

/** Conditions that deliveries must meet. Times are in ms since 1970; the second one is exclusive. */
export type DeliveryFilter = {
  status?: DeliveryRecord['status'] | undefined;
  eventType?: DeliveryRecord['eventType'] | undefined;
  webhookEndpointId?: string | undefined;
  runId?: string | undefined;
  createdFromMs?: number | undefined;
  createdBeforeMs?: number | undefined;
};

export interface DeliveryStore {
  /** Creates the delivery. Returns false, and writes nothing, if the delivery already exists. */
  create(delivery: DeliveryRecord): Promise<boolean>;
  get(tenantId: string, deliveryId: string): Promise<DeliveryRecord | null>;
  /** Lists a tenant's deliveries that match, newest first. A page can have few items although more follow. */
  list(tenantId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliveryRecord>>;
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
  /** Lists pending deliveries whose next attempt is exactly at `atMs` (ms since 1970). */
  listWaiting(atMs: number, limit: number): Promise<DeliveryRecord[]>;
  /**
   * Lists the delivery as due at a later time, without changing it. Returns false if an attempt has changed it, or it
   * does not exist.
   */
  postpone(delivery: DeliveryRecord, untilMs: number): Promise<boolean>;
  /** Lists pending deliveries that are due at `atMs` (ms since 1970), earliest first. The tenants take turns. */
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

/** Conditions that audit events must meet. Times are in ms since 1970; the second one is exclusive. */
export type AuditFilter = {
  apiKeyId?: string | undefined;
  operationId?: string | undefined;
  resourceId?: string | undefined;
  createdFromMs?: number | undefined;
  createdBeforeMs?: number | undefined;
};

export interface AuditStore {
  put(event: AuditEvent): Promise<void>;
  /** Lists a tenant's events that match, newest first. A page can have few items although more events follow. */
  list(tenantId: string, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>>;
}

/** Stores what tenants used, in total per day. */
export interface DailyUsageStore {
  /** Adds what a run used. A repeated call for the same run and time adds nothing. */
  add(tenantId: string, runId: string, endedAtMs: number, usage: RunUsage): Promise<void>;
  /** Lists the days (such as 2026-01-31) on which runs ended, oldest first, from the first to the last date. */
  listDays(tenantId: string, fromDate: string, toDate: string): Promise<DayUsage[]>;
}

export type TargetCheckKey = Pick<TargetCheckRecord, 'ownerId' | 'targetIndex'>;

/** Stores the checks of targets. The owner is a run, with which they are removed, or a target check, which expires. */
export interface TargetCheckStore {
  /** Creates the check of a target. Returns false, and leaves the stored check unchanged, if it already exists. */
  create(check: TargetCheckRecord): Promise<boolean>;
  get(key: TargetCheckKey): Promise<TargetCheckRecord | null>;
  /** Lists an owner's checks, ordered by target. */
  list(ownerId: string): Promise<TargetCheckRecord[]>;
  /** Returns the updated check, or null if it does not exist or an attribute does not have its expected value. */
  update(
    key: TargetCheckKey,
    expect: Expect<TargetCheckRecord>,
    set: Partial<TargetCheckRecord>,
  ): Promise<TargetCheckRecord | null>;
}

/** Limits of a group of recorded exchanges, and the size in bytes of one more. */
export type ExchangeRoom = { bytes: number; maxCount: number; maxBytes: number };

/** Stores recorded exchanges. The owner is a run, with which they are removed, or a target check, which expires. */
export interface ExchangeStore {
  /** Counts one more exchange of a run. Returns false if its group has no room, or if the run was deleted. */
  reserve(runId: string, group: string, room: ExchangeRoom): Promise<boolean>;
  /** Creates or replaces an exchange. */
  put(ownerId: string, summary: ExchangeSummary, json: string, expiresAtMs: number | null): Promise<void>;
  /** Lists an owner's exchanges, ordered by stage and request. */
  list(ownerId: string): Promise<ExchangeSummary[]>;
  /** Returns an exchange as JSON, or null if it does not exist. */
  get(ownerId: string, exchangeId: string): Promise<string | null>;
}
