import type { Dataset } from '../workload/datasets/dataset.ts';
import { sinceFirstMs } from '../workload/datasets/trace-entry.ts';
import type { StageLoad } from './load.ts';

/** A level with the instants of its trace, where they stand in the dataset; any other as it is. */
export function withTraceInstants<Level extends { load: StageLoad }>(level: Level, dataset: Dataset | null): Level {
  const { load } = level;
  if (load.mode !== 'rate' || load.arrivals.kind !== 'trace' || load.arrivals.atMs !== null) return level;
  if (dataset?.kind !== 'trace') return level;
  return { ...level, load: { ...load, arrivals: { ...load.arrivals, atMs: sinceFirstMs(dataset.entries) } } };
}
