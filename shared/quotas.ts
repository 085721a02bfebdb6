/** A limit of this number never refuses anything. */
export const noLimit = 1_000_000_000_000;

/** Limits per tenant: the setting that raises each limit, and what the tenant can do at the limit. */
export const quotas = {
  activeRuns: {
    setting: 'MAX_ACTIVE_RUNS_PER_TENANT',
    limit: 20,
    counted: 'queued, running and finalizing runs',
    remedy: 'Wait until a run is finished, or cancel one',
  },
  storedRuns: {
    setting: 'MAX_STORED_RUNS_PER_TENANT',
    limit: 10_000,
    counted: 'stored runs, including imported ones',
    remedy: 'Delete runs that you no longer need',
  },
  datasets: {
    setting: 'MAX_DATASETS_PER_TENANT',
    limit: 1_000,
    counted: 'datasets',
    remedy: 'Delete datasets that you no longer need',
  },
  datasetBytes: {
    setting: 'MAX_DATASET_BYTES_PER_TENANT',
    limit: 1_000_000_000,
    counted: 'bytes of all datasets',
    remedy: 'Delete datasets that you no longer need',
  },
  schedules: {
    setting: 'MAX_SCHEDULES_PER_TENANT',
    limit: 100,
    counted: 'schedules, including paused ones',
    remedy: 'Delete schedules that you no longer need',
  },
  webhookEndpoints: {
    setting: 'MAX_WEBHOOK_ENDPOINTS_PER_TENANT',
    limit: 100,
    counted: 'webhook endpoints, without those of single runs',
    remedy: 'Delete webhook endpoints that you no longer need',
  },
  credentials: {
    setting: 'MAX_CREDENTIALS_PER_TENANT',
    limit: 1_000,
    counted: 'credentials, without those of single runs',
    remedy: 'Delete credentials that you no longer need',
  },
  apiKeys: {
    setting: 'MAX_API_KEYS_PER_TENANT',
    limit: 1_000,
    counted: 'API keys that have not expired',
    remedy: 'Revoke keys that you no longer need',
  },
  streams: {
    setting: 'MAX_STREAMS_PER_TENANT',
    limit: noLimit,
    counted: 'streams of active runs',
    remedy: 'Wait until a run is finished, or use a lower concurrency',
  },
  requestsPerDay: {
    setting: 'MAX_REQUESTS_PER_DAY_PER_TENANT',
    limit: noLimit,
    counted: 'requests of runs that ended on this day in UTC, and planned requests of active runs',
    remedy: 'Wait until the next day, or send fewer requests',
  },
  centsPerMonth: {
    setting: 'MAX_CENTS_PER_MONTH_PER_TENANT',
    limit: noLimit,
    counted: 'US cents for runs that ended in this month in UTC, and for cost limits of active runs',
    remedy: 'Wait until the next month, or lower `limits.maxCostUsd`',
  },
} as const;

export type QuotaName = keyof typeof quotas;

/** All quotas, in the order in which the API lists them. */
export const quotaNames = Object.keys(quotas) as QuotaName[]; // the names are the keys of an object literal

export type Quotas = Readonly<Record<QuotaName, number>>;

/** How much a tenant uses of a quota. Times are in ms since 1970. */
export type Usage = {
  used: number;
  /** Sum of the amounts of operations that began after the last count and have not ended. */
  open: number;
  /** Time at which an operation last began, or a creation ended. */
  changedAtMs: number;
  countedAtMs: number;
};

/** Quotas that count an amount of each active run. What a run has used counts after its end, except streams. */
export const runQuotaNames = ['streams', 'requestsPerDay', 'centsPerMonth'] as const;
export type RunQuotaName = (typeof runQuotaNames)[number];

/** Amounts of quotas, such as those that a creation adds to the tenant's use. */
export type Amounts = Partial<Record<QuotaName, number>>;

/** An operation on a tenant's use of a quota. It began after the count at `countedAtMs` (ms since 1970). */
export type UsageChange = { tenantId: string; name: QuotaName; amount: number; countedAtMs: number };

/** Stores how much each tenant uses of its quotas, and limits that differ from the settings. */
export interface UsageStore {
  /** Returns the limits of the tenant that differ from the settings. */
  getLimits(tenantId: string): Promise<Partial<Quotas>>;
  putLimits(tenantId: string, limits: Partial<Quotas>): Promise<void>;
  /** Returns the stored use, or null if no creation has needed it yet. */
  get(tenantId: string, name: QuotaName): Promise<Usage | null>;
  /** Begins a creation: adds to the use. Returns null if the sum would exceed the limit, or if no use is stored. */
  claim(
    tenantId: string,
    name: QuotaName,
    amount: number,
    at: { limit: number; nowMs: number },
  ): Promise<UsageChange | null>;
  /** Begins a removal, so that counts take it into account. Returns null if no use is stored. */
  announce(tenantId: string, name: QuotaName, amount: number, nowMs: number): Promise<UsageChange | null>;
  /** Ends a creation. Never ends it twice: throws an error if the response is lost. */
  end(change: UsageChange, nowMs: number): Promise<void>;
  /** Ends a removal or undoes a claim: subtracts from the use, at most down to 0. Never subtracts twice, like `end`. */
  release(change: UsageChange): Promise<void>;
  /** Counts the resources themselves. A resource that was created in the last seconds may be missing. */
  measure(tenantId: string, name: QuotaName, nowMs: number): Promise<number>;
  /** Replaces the use after a count, if it is still the stored one. Returns whether it was replaced. */
  replace(
    tenantId: string,
    name: QuotaName,
    stored: Usage | null,
    counted: { used: number; nowMs: number },
  ): Promise<boolean>;
}
