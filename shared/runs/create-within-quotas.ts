import { AppError, errorCodes } from '../errors/app-error.ts';
import { hasElapsed } from '../has-elapsed.ts';
import type { Deps } from '../ports.ts';
import { type Amounts, noLimit, type QuotaName, type Quotas, quotas, type Usage, type UsageChange } from '../quotas.ts';
import { listAmounts, maxOperationMs, releaseQuotas } from './remove-within-quotas.ts';

export type QuotaDeps = Pick<Deps, 'usage' | 'clock' | 'config' | 'logger'>;

/** Time in ms after which a read of the use counts the resources again. */
const recountAfterMs = 3_600_000;
/** Time in ms after which each operation has ended. It is also the minimum time between two counts. */
const settledAfterMs = 2 * maxOperationMs;
/** Time in ms after which an index of the table contains a new resource. */
const indexedAfterMs = 5_000;

/**
 * Creates a resource if the tenant stays within its quotas. Concurrent calls never exceed a quota, because each first
 * adds to a stored counter with a conditional write. If nothing is created, the counters are reduced again.
 * @param create returns the resource, and whether this call created it
 * @throws AppError QUOTA_EXCEEDED, or an error of `create`
 */
export async function createWithinQuotas<Created extends { created: boolean }>(
  deps: QuotaDeps,
  tenantId: string,
  amounts: Amounts,
  create: () => Promise<Created>,
): Promise<Created> {
  const claimed: UsageChange[] = [];
  const startMs = deps.clock.monotonicMs();
  const undo = () => releaseQuotas(deps, claimed, startMs);
  try {
    const limits = await readLimits(deps, tenantId);
    for (const [name, amount] of listAmounts(amounts)) {
      const limit = limits[name];
      if (limit >= noLimit) continue;
      const claim = await claimQuota(deps, tenantId, name, amount, limit);
      if ('used' in claim) throw createQuotaError(deps, name, { amount, limit, used: claim.used });
      claimed.push(claim);
    }
    const result = await create();
    if (result.created) await endClaims(deps, claimed, startMs);
    else await undo();
    return result;
  } catch (error) {
    // After any other error, the resource may exist. If it does not, a later count corrects the counter.
    if (error instanceof AppError && errorCodes[error.code].status < 500) await undo();
    throw error;
  }
}

/** Reads the limits of a tenant: those of the settings, unless it has others. */
export async function readLimits(
  { usage, config }: Pick<QuotaDeps, 'usage' | 'config'>,
  tenantId: string,
): Promise<Quotas> {
  return { ...config.quotas, ...(await usage.getLimits(tenantId)) };
}

/** Adds to the tenant's use, unless the sum would exceed the limit. In this case, returns the use. */
async function claimQuota(
  { usage, clock }: QuotaDeps,
  tenantId: string,
  name: QuotaName,
  amount: number,
  limit: number,
): Promise<UsageChange | { used: number }> {
  for (;;) {
    const nowMs = clock.nowMs();
    const claim = await usage.claim(tenantId, name, amount, { limit, nowMs });
    if (claim !== null) return claim;
    const stored = await usage.get(tenantId, name);
    if (stored !== null && stored.used + amount <= limit) continue; // a resource was deleted in the meantime
    // The first creation counts the resources that exist, and so does one at the limit: a crash may have left the
    // counter too high, and expired resources do not reduce it.
    if (stored !== null && !isCountable(stored, nowMs)) return { used: stored.used };
    const used = await recount({ usage }, tenantId, name, stored, nowMs);
    if (used !== null && used + amount > limit) return { used };
  }
}

/** Returns how much a tenant uses of a quota. Counts the resources if the last count was long ago. */
export async function readUse(
  { usage, clock }: Pick<QuotaDeps, 'usage' | 'clock'>,
  tenantId: string,
  name: QuotaName,
): Promise<number> {
  const nowMs = clock.nowMs();
  const stored = await usage.get(tenantId, name);
  if (stored === null) return usage.measure(tenantId, name, nowMs);
  if (!hasElapsed(stored.countedAtMs, recountAfterMs, nowMs) || !isCountable(stored, nowMs)) return stored.used;
  return (await recount({ usage }, tenantId, name, stored, nowMs)) ?? stored.used;
}

/** Counts what the tenant uses of a quota after its limit was changed, because counters are kept only for limits. */
export async function restartCount(
  { usage, clock }: Pick<QuotaDeps, 'usage' | 'clock'>,
  tenantId: string,
  name: QuotaName,
): Promise<void> {
  for (;;) {
    const stored = await usage.get(tenantId, name);
    const nowMs = clock.nowMs();
    const used = await usage.measure(tenantId, name, nowMs);
    if (await usage.replace(tenantId, name, stored, { used: used + (stored?.open ?? 0), nowMs })) return;
  }
}

/** Counts the resources, and stores the use. Returns null if another call changed it in the meantime. */
async function recount(
  { usage }: Pick<QuotaDeps, 'usage'>,
  tenantId: string,
  name: QuotaName,
  stored: Usage | null,
  nowMs: number,
): Promise<number | null> {
  const used = correctUse(stored, await usage.measure(tenantId, name, nowMs), nowMs);
  return (await usage.replace(tenantId, name, stored, { used, nowMs })) ? used : null;
}

/** Returns whether a count finds all resources, except those of open operations. */
function isCountable({ countedAtMs, changedAtMs }: Usage, nowMs: number): boolean {
  return hasElapsed(countedAtMs, settledAfterMs, nowMs) && hasElapsed(changedAtMs, indexedAfterMs, nowMs);
}

/**
 * Computes the use from a count of the resources. A count may miss resources that are being created, and those that
 * were removed but not released yet. They are among the open amounts, because operations before the last count ended.
 */
function correctUse(stored: Usage | null, counted: number, nowMs: number): number {
  if (stored === null || hasElapsed(stored.changedAtMs, settledAfterMs, nowMs)) return counted;
  return Math.min(Math.max(stored.used, counted - stored.open), counted + stored.open);
}

/** Ends a successful creation. A count during a slow creation may have missed it, so its amounts are added again. */
async function endClaims(
  { usage, clock, logger }: QuotaDeps,
  claims: readonly UsageChange[],
  startMs: number,
): Promise<void> {
  const at = { limit: Number.MAX_SAFE_INTEGER, nowMs: clock.nowMs() };
  const isSlow = clock.monotonicMs() - startMs >= maxOperationMs;
  for (const claim of claims) {
    const ending = isSlow ? usage.claim(claim.tenantId, claim.name, claim.amount, at) : usage.end(claim, at.nowMs);
    await ending.catch((error: unknown) => logger.warn('the use of a quota was not settled', { ...claim, error }));
  }
}

function createQuotaError(
  { config }: QuotaDeps,
  name: QuotaName,
  { amount, limit, used }: { amount: number; limit: number; used: number },
) {
  const { setting, counted, remedy } = quotas[name];
  const raise =
    limit === config.quotas[name] ? setting : 'the limit of this tenant (PUT /v1/tenants/{tenantId}/quotas)';
  const added = amount === 1 ? '' : `, and this request would add ${amount}`;
  const fault = `The tenant has ${used} of at most ${limit} ${counted}${added}`;
  const options = { faults: [{ pointer: '', fault, remedy: `${remedy}. The operator can raise ${raise}` }] };
  const wait = name === 'activeRuns' || name === 'streams' ? { retryAfterSeconds: 10 } : {};
  return new AppError('QUOTA_EXCEEDED', `${fault}. ${remedy}.`, { ...options, ...wait });
}
