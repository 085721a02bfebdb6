import { createDatasetStore } from '../../shared/adapters/dynamodb/stores/dataset-store.ts';
import { createRoleCredentials } from '../../shared/adapters/role-credentials.ts';
import type { Config } from '../../shared/config.ts';
import { createInstrument, type InstrumentOptions } from '../../shared/measure/create-instrument.ts';
import { loadTokenizer } from '../../shared/workload/tokenizers/count-tokens.ts';
import { composeBase, composeSecrets } from '../compose-base.ts';
import { composeRunStores } from '../compose-run-stores.ts';

/** Creates a worker. `entries` locates the bundled modules of the measuring threads; default: the source modules. */
export function composeWorker(config: Config, entries: Pick<InstrumentOptions, 'threadEntry' | 'referenceEntry'> = {}) {
  // Loads the tokenizer now, so that loading does not delay the first requests.
  loadTokenizer();
  const { base, table } = composeBase(config);
  return {
    ...base,
    ...composeRunStores(table, base.clock),
    datasets: createDatasetStore(table),
    secrets: composeSecrets(config),
    roles: createRoleCredentials(base.clock),
    instrument: createInstrument({ egress: config.egress, maxResponseBytes: config.maxResponseBytes, ...entries }),
  };
}

export type WorkerDeps = ReturnType<typeof composeWorker> & {
  /**
   * Receives how long in ms the invocation still holds the lease of its batch: 0 if it lost the lease, and null if it
   * needs no lease any more. A local worker tells its pool, which kills it if it does not end after a loss.
   */
  reportLease?: (remainingMs: number | null) => void;
};
