import type { Config } from '../../config.ts';
import type { Fault } from '../../errors/app-error.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';

/** Checks that this deployment has workers in the `runFrom` region of every target. */
export function checkRunFrom({ workerQueueUrls }: Pick<Config, 'workerQueueUrls'>, spec: RunSpecInput): Fault[] {
  const regions = Object.keys(workerQueueUrls).sort();
  const remedy =
    regions.length === 0
      ? 'Remove it, because this deployment has workers in only one location'
      : `Use one of ${regions.join(', ')}, or omit it`;
  return spec.targets.flatMap(({ runFrom }, index) =>
    runFrom === undefined || regions.includes(runFrom)
      ? []
      : [{ pointer: `/targets/${index}/runFrom`, fault: 'names a region without workers', remedy }],
  );
}
