import type { Config } from '../../config.ts';
import { type Fault, findFault, refuse } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import { checkRunSpec } from '../../spec/check-run-spec.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';
import { pinDataset } from '../load-dataset.ts';
import { drainMarginMs } from '../pace-workers.ts';
import { checkAddress } from './check-address.ts';
import { checkBaseline, checkCredentials, checkDataset } from './check-references.ts';
import { findPrices, type TargetPrices } from './find-prices.ts';

export type ValidateDeps = Pick<Deps, 'runs' | 'credentials' | 'datasets' | 'priceBook' | 'config'>;

/**
 * Validates a spec against all rules of this deployment. Returns the spec with a pinned dataset, and the prices of its
 * targets. Throws INVALID_SPEC with all faults.
 */
export async function validateRunSpec(
  deps: ValidateDeps,
  tenantId: string,
  spec: RunSpecInput,
): Promise<{ pinned: RunSpecInput; prices: TargetPrices[] }> {
  const { config } = deps;
  const pinned = { ...spec, workload: await pinDataset(deps, tenantId, spec.workload) };
  const { prices, faults: unpriced } = await findPrices(deps, tenantId, spec);
  refuse('INVALID_SPEC', [
    ...checkRunSpec(pinned, {
      ...config,
      maxRequestTimeoutMs: Math.floor(config.workerTimeLimitMs / 2) - drainMarginMs,
      checkAddress: (url, pointer) => checkAddress(config, url, pointer),
    }),
    ...checkRunFrom(config, spec),
    ...(await checkCredentials(deps, tenantId, spec)),
    ...(await checkDataset(deps, tenantId, spec.workload)),
    ...(await checkBaseline(deps, tenantId, spec)),
    ...unpriced,
  ]);
  return { pinned, prices };
}

/** Checks that this deployment has workers in the `runFrom` region of every target. */
export function checkRunFrom({ workerQueueUrls }: Pick<Config, 'workerQueueUrls'>, spec: RunSpecInput): Fault[] {
  const regions = Object.keys(workerQueueUrls).sort();
  const remedy =
    regions.length === 0
      ? 'Remove it, because this deployment has workers in only one location'
      : `Use one of ${regions.join(', ')}, or omit it`;
  const words = { fault: 'names a region without workers', remedy };
  return spec.targets.flatMap(({ runFrom }, index) =>
    findFault(runFrom !== undefined && !regions.includes(runFrom), { pointer: `/targets/${index}/runFrom`, ...words }),
  );
}
