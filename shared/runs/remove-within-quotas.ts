import type { Deps } from '../ports.ts';
import type { Amounts, QuotaName, UsageChange } from '../quotas.ts';

type ReleaseDeps = Pick<Deps, 'usage' | 'clock' | 'logger'>;

/**
 * Time in ms after which an operation no longer reduces a counter, because a count may already have taken its result
 * into account. Then the counter is too high until the next count.
 */
export const maxOperationMs = 30_000;

/** Lists the names and amounts, without those that change nothing. */
export function listAmounts(amounts: Amounts): [QuotaName, number][] {
  const listed = Object.entries(amounts) as [QuotaName, number][]; // the keys of `Amounts` are names of quotas
  return listed.filter(([, amount]) => amount > 0);
}

/**
 * Removes a resource and reduces the tenant's use of its quotas, if this call removed it. First announces the release,
 * because a count between the removal and the release would otherwise subtract the resource a second time.
 * @param remove returns whether this call removed the resource
 * @returns whether this call removed the resource
 */
export async function removeWithinQuotas(
  deps: ReleaseDeps,
  tenantId: string,
  amounts: Amounts,
  remove: () => Promise<boolean>,
): Promise<boolean> {
  const { usage, clock } = deps;
  const announced: UsageChange[] = [];
  const startMs = clock.monotonicMs();
  for (const [name, amount] of listAmounts(amounts)) {
    const change = await usage.announce(tenantId, name, amount, clock.nowMs());
    if (change !== null) announced.push(change);
  }
  if (!(await remove())) return false;
  await releaseQuotas(deps, announced, startMs);
  return true;
}

/**
 * Subtracts amounts from a tenant's use. If a release fails, or comes late, the use stays too high until the next
 * count. It is never too low.
 * @param startMs monotonic time at which the operation began
 */
export async function releaseQuotas(
  { usage, clock, logger }: ReleaseDeps,
  changes: readonly UsageChange[],
  startMs: number,
): Promise<void> {
  if (clock.monotonicMs() - startMs >= maxOperationMs) return;
  for (const change of changes)
    await usage
      .release(change)
      .catch((error: unknown) => logger.warn('the use of a quota was not reduced', { ...change, error }));
}
