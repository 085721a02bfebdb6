import type { Manifest } from '../../shared/records/manifest.ts';
import type { ReproduceOptions } from './read-reproduce-arguments.ts';

/**
 * The spec to create the run by: that of the manifest with the keys given. A baseline is left out, since it is a run of another
 * service and changes no request.
 * @throws Error where a flag names a target that the manifest has not
 */
export function specOfManifest(
  { spec }: Manifest,
  { targetKeys, baseUrls }: Pick<ReproduceOptions, 'targetKeys' | 'baseUrls'>,
): Record<string, unknown> {
  const ids = spec.targets.map(({ id }) => id);
  for (const id of [...targetKeys.byTarget.keys(), ...baseUrls.keys()])
    if (!ids.includes(id)) throw new Error(`The run has no target ${id}, only ${ids.join(', ')}`);
  const { baseline: _, ...rest } = spec;
  return {
    ...rest,
    targets: spec.targets.map((target) => {
      const apiKey = targetKeys.byTarget.get(target.id) ?? targetKeys.fallback;
      const baseUrl = baseUrls.get(target.id) ?? target.baseUrl;
      return { ...target, baseUrl, ...(apiKey === null ? {} : { apiKey }) };
    }),
  };
}
