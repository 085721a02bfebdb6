import type { Config } from '../../config.ts';
import { builtInPrices } from '../../cost/built-in-prices.ts';
import { type Found, findDedicated, findPricing } from '../../cost/find-price.ts';
import { mergePriceBook } from '../../cost/merge-price-book.ts';
import { type Fault, findFault, throwFaults } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import type { BookEntry } from '../../records/price-book.ts';
import { checkRunSpec } from '../../spec/check-run-spec.ts';
import type { Dedicated, Pricing } from '../../spec/pricing.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';
import { pinDataset } from '../load-dataset.ts';
import { drainMarginMs } from '../pace-workers.ts';
import { checkAddress } from './check-address.ts';
import { checkBaseline, checkCredentials, checkDataset } from './check-references.ts';
import { checkRoles } from './check-role.ts';

export type ValidateDeps = Pick<Deps, 'runs' | 'credentials' | 'datasets' | 'priceBook' | 'config'>;

/**
 * Validates a spec with all rules of this deployment. Returns the prices, and the spec with its dataset's digest.
 * @throws AppError INVALID_SPEC with all problems
 */
export async function validateRunSpec(
  deps: ValidateDeps,
  tenantId: string,
  spec: RunSpecInput,
): Promise<{ pinned: RunSpecInput; prices: TargetPrices[] }> {
  const { config } = deps;
  const pinned = { ...spec, workload: await pinDataset(deps, tenantId, spec.workload) };
  const { prices, faults: unpriced } = await findPrices(deps, tenantId, spec);
  throwFaults('INVALID_SPEC', [
    ...checkRunSpec(pinned, {
      ...config,
      maxRequestTimeoutMs: Math.floor(config.workerTimeLimitMs / 2) - drainMarginMs,
      checkAddress: (url, pointer) => checkAddress(config, url, pointer),
    }),
    ...checkRunFrom(config, spec),
    ...checkRoles(config, tenantId, spec),
    ...(await checkCredentials(deps, tenantId, spec)),
    ...(await checkDataset(deps, tenantId, spec.workload)),
    ...(await checkBaseline(deps, tenantId, spec)),
    ...unpriced,
  ]);
  return { pinned, prices };
}

/** Checks that workers run in each target's `runFrom` region. */
export function checkRunFrom({ workerQueueUrls }: Pick<Config, 'workerQueueUrls'>, spec: RunSpecInput): Fault[] {
  const regions = Object.keys(workerQueueUrls).sort();
  const remedy =
    regions.length === 0
      ? 'Remove it, because this deployment has workers in only one location'
      : `Use one of ${regions.join(', ')}, or omit it`;
  const words = { fault: 'is a region in which this deployment has no workers', remedy };
  return spec.targets.flatMap(({ runFrom }, index) =>
    findFault(runFrom !== undefined && !regions.includes(runFrom), { pointer: `/targets/${index}/runFrom`, ...words }),
  );
}

/** Prices that a run stores for one target. A field is undefined if the target has no price of that kind. */
export type TargetPrices = { pricing: Pricing | undefined; dedicated: Dedicated | undefined };

/** Finds each target's prices in the spec or in the tenant's price book. */
async function findPrices(
  deps: Pick<Deps, 'priceBook'>,
  tenantId: string,
  { targets }: Pick<RunSpecInput, 'targets'>,
): Promise<{ prices: TargetPrices[]; faults: Fault[] }> {
  // If the spec contains all prices, the price book is not needed.
  const needsBook = targets.some(
    ({ pricing, dedicated }) =>
      (pricing && pricing.inputPerMillionTokens === undefined) || (dedicated && dedicated.hourlyUsd === undefined),
  );
  const book = needsBook ? await loadPriceBook(deps, tenantId) : [];
  const faults: Fault[] = [];
  const take = <T>(pointer: string, result: Found<T> | undefined): T | undefined => {
    if (result === undefined || 'found' in result) return result?.found;
    faults.push({ ...result.fault, pointer: pointer + result.fault.pointer });
    return undefined;
  };
  const prices = targets.map(({ pricing, dedicated }, index) => ({
    pricing: take(`/targets/${index}/pricing`, pricing && findPricing(pricing, book)),
    dedicated: take(`/targets/${index}/dedicated`, dedicated && findDedicated(dedicated, book)),
  }));
  return { prices, faults };
}

/** Loads all prices, sorted by name, newest first. A tenant's entries replace built-in entries with the same name. */
export async function loadPriceBook(deps: Pick<Deps, 'priceBook'>, tenantId: string): Promise<BookEntry[]> {
  return mergePriceBook(builtInPrices, await deps.priceBook.listAll(tenantId));
}
