import type { Config } from '../../shared/config.ts';
import type { WorkerClaim } from '../../shared/records/worker-claim.ts';
import { prioritySchema } from '../../shared/spec/run-spec.ts';

/* Rules by which the groups of all tenants share the workers of a deployment. Each region has its own workers. */

type Limits = Pick<Config, 'maxTotalWorkers' | 'maxWorkersPerTenant'>;

/** Part of the spare workers that a tenant leaves to tenants without workers. */
const keptPart = 1 / 5;

/**
 * Chooses whether a group may use its workers. A group starts only when all its workers are free: otherwise, two wide
 * groups could each get a part of the workers and wait for the rest. A tenant has at most its share, and leaves some of
 * the spare workers to others. Groups that wait come first, but they do not delay all others until a wide group has its
 * workers: as many workers as are spare may pass them. A group that no share allows starts when it is alone.
 * @param others all other claims
 */
export function chooseState(claim: WorkerClaim, others: readonly WorkerClaim[], limits: Limits): WorkerClaim['state'] {
  const active = others.filter(isActive);
  const ahead = listAhead(claim, others).filter(
    (other) => isSameTenant(other, claim) || hasShare(other, active, limits),
  );
  const ownAhead = ahead.filter((other) => isSameTenant(other, claim));
  if (!hasShare(claim, [...active, ...ownAhead], limits)) return 'waiting';
  const regions = Object.keys(claim.workers).map((region) => placeInRegion(claim, active, ahead, region, limits));
  if (regions.every(({ isNext }) => isNext)) return 'admitted';
  return regions.every(({ mayPass }) => mayPass) ? 'passed' : 'waiting';
}

/** Returns whether the tenant's share has room for the claim. A claim of more than the share needs all of it. */
function hasShare(claim: WorkerClaim, taken: readonly WorkerClaim[], { maxWorkersPerTenant }: Limits): boolean {
  const used = sumWorkers(taken.filter((other) => isSameTenant(other, claim)));
  return used === 0 || used + sumWorkers([claim]) <= maxWorkersPerTenant;
}

function placeInRegion(
  claim: WorkerClaim,
  active: readonly WorkerClaim[],
  ahead: readonly WorkerClaim[],
  region: string,
  { maxTotalWorkers, maxWorkersPerTenant }: Limits,
) {
  const wanted = claim.workers[region] ?? 0;
  const used = sumWorkers(active, region);
  const passed = active.filter(({ state }) => state === 'passed');
  const spare = Math.max(1, maxTotalWorkers - maxWorkersPerTenant);
  const ofTenant =
    wanted +
    sumWorkers(
      active.filter((other) => isSameTenant(other, claim)),
      region,
    );
  const kept = ofTenant === 1 ? 0 : Math.ceil(Math.min(ofTenant, spare) * keptPart);
  const left = maxTotalWorkers - used - wanted;
  // Groups of other tenants that passed this one use what it leaves to them.
  const usedByOthers = sumWorkers(
    passed.filter((other) => !isSameTenant(other, claim)),
    region,
  );
  const hasRoom = used + sumWorkers(ahead, region) + wanted <= Math.max(maxTotalWorkers, wanted);
  return {
    isNext: hasRoom && (used === 0 || (left >= 0 && left + usedByOthers >= kept)),
    mayPass: left >= kept && sumWorkers(passed, region) + wanted <= spare,
  };
}

/** Lists the waiting claims before this one. */
function listAhead(claim: WorkerClaim, others: readonly WorkerClaim[]): WorkerClaim[] {
  const ordered = orderWaiting([...others, { ...claim, state: 'waiting' }]);
  return ordered.slice(
    0,
    ordered.findIndex(({ runId }) => runId === claim.runId),
  );
}

/**
 * Lists the waiting claims in the order in which they start: by priority. Of equal ones, tenants with fewer workers come
 * first, then those that wait longer. Of a tenant, runs that have started come first, then older runs.
 */
export function orderWaiting(claims: readonly WorkerClaim[]): WorkerClaim[] {
  const waiting = claims.filter((claim) => !isActive(claim));
  const active = claims.filter(isActive);
  const rank = (claim: WorkerClaim) => {
    const ofTenant = (other: WorkerClaim) => isSameTenant(other, claim);
    const equals = waiting.filter((other) => ofTenant(other) && other.priority === claim.priority);
    const sinceMs = Math.min(...equals.map((other) => other.sinceMs));
    const priority = prioritySchema.options.indexOf(claim.priority);
    const ofRun = [claim.hasStarted ? 0 : 1, claim.createdAtMs];
    return { claim, numbers: [priority, sumWorkers(active.filter(ofTenant)), sinceMs], ofRun };
  };
  return waiting
    .map(rank)
    .sort(
      (a, b) =>
        compareLists(a.numbers, b.numbers) ||
        compareTexts(a.claim.tenantId, b.claim.tenantId) ||
        compareLists(a.ofRun, b.ofRun) ||
        compareTexts(a.claim.runId, b.claim.runId),
    )
    .map(({ claim }) => claim);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function isActive({ state }: WorkerClaim): boolean {
  return state !== 'waiting';
}

function isSameTenant(a: WorkerClaim, b: WorkerClaim): boolean {
  return a.tenantId === b.tenantId;
}

/** Sums the workers of claims, in one region or in all. */
function sumWorkers(claims: readonly WorkerClaim[], region?: string): number {
  const count = ({ workers }: WorkerClaim) =>
    region === undefined ? Object.values(workers).reduce((sum, each) => sum + each, 0) : (workers[region] ?? 0);
  return claims.reduce((sum, claim) => sum + count(claim), 0);
}
