import type { Config } from '../../shared/config.ts';
import type { WorkerRuntime } from '../../shared/records/worker-runtime.ts';
import { tokenmeterVersion } from '../../shared/version.ts';

/** The runtime of this process, for the account that a worker gives of a batch. */
export function describeRuntime({ workerRegion }: Pick<Config, 'workerRegion'>): WorkerRuntime {
  return {
    tokenmeterVersion,
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    region: workerRegion,
  };
}
