import { throwFaults } from '../errors/app-error.ts';
import { countStreams, listPossibleLevels } from '../load/load.ts';
import type { Amounts, RunQuotaName } from '../quotas.ts';
import type { RunRecord } from '../records/records.ts';
import { noUsage } from '../records/run-usage.ts';
import type { RunSpec } from '../spec/run-spec.ts';

export type RunAmounts = Record<RunQuotaName, number>;

/** Counts what a run may use of the quotas of its tenant: its streams, planned requests, and cost limit. */
export function countRunAmounts(spec: RunSpec): RunAmounts {
  const { load, limits, order, targets } = spec;
  const levels = listPossibleLevels(spec);
  const together = order === 'interleaved' ? targets.length : 1;
  const planned = levels.reduce((sum, { requests }) => sum + requests + load.warmupRequests, 0);
  return {
    streams: together * Math.max(...levels.map(countStreams)),
    requestsPerDay: targets.length * planned,
    centsPerMonth: toCents(limits.maxCostUsd ?? 0),
  };
}

/** Rounds up, so that a sum of parts is never too low. */
function toCents(usd: number): number {
  return Math.ceil(usd * 100 - 1e-9);
}

/** Counts what a run gives back when it ends: what it did not use. */
export function countFreedAmounts({ amounts, usage }: Pick<RunRecord, 'amounts' | 'usage'>): Amounts {
  if (amounts === null) return {};
  const { requests, nanoUsd } = usage ?? noUsage;
  return {
    streams: amounts.streams,
    requestsPerDay: Math.max(0, amounts.requestsPerDay - requests),
    centsPerMonth: Math.max(0, amounts.centsPerMonth - toCents(nanoUsd / 1e9)),
  };
}

/** Throws INVALID_SPEC if the tenant has a monthly limit of cost, and the run has none. */
export function checkCostLimit({ limits }: RunSpec, isLimited: boolean): void {
  if (!isLimited || limits.maxCostUsd !== undefined) return;
  const fault = 'is missing, but this tenant has a monthly limit of cost';
  const remedy = 'Set the maximum cost of this run in USD, and prices of each target';
  throwFaults('INVALID_SPEC', [{ pointer: '/limits/maxCostUsd', fault, remedy }]);
}
