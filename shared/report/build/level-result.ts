import type { LevelResult } from '../../load/parts/search-load.ts';
import type { SearchSlo } from '../../load/parts/search-schema.ts';
import type { StageReport } from '../model/report.ts';
import { holds, measureRate, measureValue, type StageMeasures } from './measure-value.ts';

/**
 * What a stage gave as a level of a sweep. Throughput is that of the steady window, or of the full one where there is no
 * steady window, in good requests per second.
 * @param slos of a search for the highest load that meets them; none for another sweep
 */
export function makeLevelResult(value: number, stage: StageMeasures, slos: readonly SearchSlo[]): LevelResult {
  const perMinute = measureRate(stage, 'completedRequestsPerMinute').value;
  // What was measured before it was stopped would get worse without end.
  const isSaturated = stage.stop?.reason === 'over_saturated';
  const meets = (slo: SearchSlo) => {
    const measured = measureValue(slo, stage).value;
    return measured !== null && holds(measured, slo);
  };
  return {
    value,
    throughput: perMinute === null || perMinute === 0 ? null : perMinute / 60,
    isMet: slos.length === 0 ? null : !isSaturated && slos.every(meets),
  };
}

/** The load of a level: streams, or requests per second. */
export function getLoadValue({ load }: Pick<StageReport, 'load'>): number {
  return load.requestsPerSecond ?? load.concurrency ?? 0;
}
