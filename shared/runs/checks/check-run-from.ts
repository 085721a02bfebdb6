import type { Config } from '../../config.ts';
import type { Fault } from '../../errors/app-error.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';

/** Checks that this deployment has workers in every region that a target is to be measured from. */
export function checkRunFrom({ workerQueueUrls }: Pick<Config, 'workerQueueUrls'>, spec: RunSpecInput): Fault[] {
  const regions = Object.keys(workerQueueUrls).sort();
  const remedy =
    regions.length === 0
      ? 'Remove it: this deployment has workers in one place only'
      : `Use one of ${regions.join(', ')}, or leave it out`;
  return spec.targets.flatMap(({ runFrom }, index) =>
    runFrom === undefined || regions.includes(runFrom)
      ? []
      : [{ pointer: `/targets/${index}/runFrom`, fault: 'is a region without workers', remedy }],
  );
}
