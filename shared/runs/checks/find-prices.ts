import { builtInPrices } from '../../cost/built-in-prices.ts';
import { type Found, findDedicated, findPricing } from '../../cost/find-price.ts';
import { mergePriceBook } from '../../cost/merge-price-book.ts';
import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import type { BookEntry } from '../../records/price-book.ts';
import type { Dedicated, Pricing } from '../../spec/pricing.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';

/** The prices of one target that a run stores; undefined if it has none. */
export type TargetPrices = { pricing: Pricing | undefined; dedicated: Dedicated | undefined };

/** Finds the prices of each target in the spec or in the tenant's price book. The run stores them. */
export async function findPrices(
  deps: Pick<Deps, 'priceBook'>,
  tenantId: string,
  { targets }: Pick<RunSpecInput, 'targets'>,
): Promise<{ prices: TargetPrices[]; faults: Fault[] }> {
  // A spec with complete prices does not need the book.
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

/** Loads the price book of a tenant by name, newest first. Tenant entries hide built-in entries of the same name. */
export async function loadPriceBook(deps: Pick<Deps, 'priceBook'>, tenantId: string): Promise<BookEntry[]> {
  return mergePriceBook(builtInPrices, await deps.priceBook.listAll(tenantId));
}
