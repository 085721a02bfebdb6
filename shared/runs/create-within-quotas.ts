import { AppError, errorCodes } from '../errors/app-error.ts';
import type { Deps } from '../ports.ts';
import { type QuotaName, quotas } from '../quotas.ts';

export type QuotaDeps = Pick<Deps, 'usage' | 'clock' | 'config'>;

/**
 * Time in ms after the last creation before the resources are counted again. By then, no creation is in progress, and
 * the index of the table is up to date. A count during a creation could miss a resource and admit one too many.
 */
const settledAfterMs = 60_000;

/** Amounts that a creation adds to the tenant's use of each quota. */
export type Amounts = Partial<Record<QuotaName, number>>;

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
  const claimed: [QuotaName, number][] = [];
  const undo = async () => {
    for (const [name, amount] of claimed) await deps.usage.release(tenantId, name, amount);
  };
  try {
    for (const [name, amount] of Object.entries(amounts) as [QuotaName, number][]) {
      if (!(await claimQuota(deps, tenantId, name, amount))) throw await createQuotaError(deps, tenantId, name, amount);
      claimed.push([name, amount]);
    }
    const result = await create();
    if (!result.created) await undo();
    return result;
  } catch (error) {
    // After any other error, the resource may exist. If it does not, a later count corrects the counter.
    if (error instanceof AppError && errorCodes[error.code].status < 500) await undo();
    throw error;
  }
}

/** Adds to the tenant's use of a quota, unless the sum would exceed the limit. Returns whether it was added. */
async function claimQuota(
  { usage, clock, config }: QuotaDeps,
  tenantId: string,
  name: QuotaName,
  amount: number,
): Promise<boolean> {
  const limit = config.quotas[name];
  for (;;) {
    const nowMs = clock.nowMs();
    if (await usage.claim(tenantId, name, amount, { limit, nowMs })) return true;
    const stored = await usage.get(tenantId, name);
    if (stored !== null && stored.used + amount <= limit) continue; // a resource was deleted in the meantime
    // The first creation counts the resources that exist, and so does one at the limit: a crash may have left the
    // counter too high, and expired resources do not reduce it.
    if (stored !== null && nowMs - Math.max(stored.claimedAtMs, stored.countedAtMs) < settledAfterMs) return false;
    const used = await usage.measure(tenantId, name);
    const isReplaced = await usage.replace(tenantId, name, stored, { used, nowMs });
    if (isReplaced && used + amount > limit) return false;
  }
}

async function createQuotaError({ usage, config }: QuotaDeps, tenantId: string, name: QuotaName, amount: number) {
  const { setting, counted, remedy } = quotas[name];
  const limit = config.quotas[name];
  const used = (await usage.get(tenantId, name))?.used ?? 0;
  const added = amount === 1 ? '' : `, and this request would add ${amount}`;
  const fault = `The tenant has ${used} of at most ${limit} ${counted}${added}`;
  const options = { faults: [{ pointer: '', fault, remedy: `${remedy}. The operator can raise ${setting}` }] };
  const wait = name === 'activeRuns' ? { retryAfterSeconds: 10 } : {};
  return new AppError('QUOTA_EXCEEDED', `${fault}. ${remedy}.`, { ...options, ...wait });
}
