import { createDatasetStore } from '../../shared/adapters/dynamodb/stores/dataset-store.ts';
import type { Config } from '../../shared/config.ts';
import { createInstrument, type InstrumentOptions } from '../../shared/measure/create-instrument.ts';
import { composeBase, composeSecrets } from '../compose-base.ts';
import { composeRunStores } from '../compose-run-stores.ts';

/** Composes the worker. `entries` are the bundled modules of the instrument's threads; default: its sources. */
export function composeWorker(config: Config, entries: Pick<InstrumentOptions, 'threadEntry' | 'referenceEntry'> = {}) {
  const { base, table } = composeBase(config);
  return {
    ...base,
    ...composeRunStores(table, base.clock),
    datasets: createDatasetStore(table),
    secrets: composeSecrets(config),
    instrument: createInstrument({ egress: config.egress, ...entries }),
  };
}

export type WorkerDeps = ReturnType<typeof composeWorker>;
