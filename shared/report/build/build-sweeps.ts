import { findSweep, getStageMode, type StageLoad } from '../../load/load.ts';
import type { Sweep } from '../../load/modes/load-mode.ts';
import { type Finding, searchLoad } from '../../load/parts/search-load.ts';
import type { RunSpec } from '../../spec/run-spec.ts';
import type { SweepReport } from '../model/sweep-report.ts';
import { getLoadValue } from '../words/describe-load.ts';
import type { JudgedStage } from './judge/judge-trust.ts';
import { makeLevelResult } from './measure-value.ts';

/** Builds the sweep result of each target. Returns an empty list if the load is not a sweep. */
export function buildSweeps(spec: RunSpec, stages: readonly JudgedStage[]): SweepReport[] {
  const sweep = findSweep(spec.load);
  if (sweep === null) return [];
  return spec.targets.map(({ id }) => {
    const own = stages.filter(({ report }) => report.targetId === id);
    return buildSweep(sweep, id, own);
  });
}

function buildSweep(sweep: Sweep<StageLoad>, targetId: string, stages: readonly JudgedStage[]): SweepReport {
  const { over, search } = sweep;
  const slos = search?.find === 'slo' ? search.slos : [];
  const levels = stages
    .map(({ report, ofLoad, ofMeasuring }) => {
      const reasons = [...ofLoad, ...ofMeasuring];
      const trust = { result: reasons.length === 0 ? 'ok' : 'suspect', reasons } as const;
      return { stageIndex: report.stageIndex, ...makeLevelResult(getLoadValue(report), report, slos), trust };
    })
    .toSorted((a, b) => a.value - b.value);
  const step = search === null ? null : searchLoad({ search, over }, levels);
  const finding = step === null || 'finding' in step ? (step?.finding ?? null) : unfinished;
  return {
    targetId,
    over,
    find: search?.find ?? null,
    levels: levels.map(({ stageIndex, value, throughput, isMet, trust }) => {
      return { stageIndex, value, requestsPerSecond: throughput, isMet, trust };
    }),
    finding: finding && { ...finding, statement: writeStatement(sweep, finding) + describeShortLevels(sweep, stages) },
  };
}

/** Describes the levels of a knee search whose rates are those of the full window, which includes the ramp-up. */
function describeShortLevels({ over, search }: Sweep<StageLoad>, stages: readonly JudgedStage[]): string {
  const isShort = ({ report }: JudgedStage) => report.windows.steady.completedRequestsPerMinute.value === null;
  const loads = stages.filter(isShort).map(({ report }) => getLoadValue(report));
  if (search?.find !== 'knee' || loads.length === 0) return '';
  const { label } = getStageMode({ mode: over }).scale;
  const names = loads.toSorted((a, b) => a - b).map((load) => label(load));
  return ` These levels are too short for a steady window, so their rates are those of the full window: ${names.join(', ')}.`;
}

const unfinished: Finding = { value: null, low: null, high: null, reason: 'the run ended before the search finished' };

function writeStatement({ over, search }: Sweep<StageLoad>, { value, low, high, reason }: Finding): string {
  const show = getStageMode({ mode: over }).scale.count;
  if (value === null) return `No load was found: ${reason}.`;
  if (search?.find === 'slo') {
    const above = high === null ? reason : `${show(high)} do not meet them`;
    return `The highest load that meets the SLOs is ${show(value)}; ${above}.`;
  }
  const bounds = [
    low === null ? null : `throughput grows with the load up to ${show(low)}`,
    high === null ? null : `throughput is within 10 % of its maximum from ${show(high)}`,
  ].filter((part) => part !== null);
  return `${[`The knee is at ${show(value)}`, ...bounds].join('; ')}.`;
}
