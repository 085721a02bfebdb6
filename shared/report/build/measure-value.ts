import type { LevelResult } from '../../load/parts/search-load.ts';
import type { SearchSlo } from '../../load/parts/search-schema.ts';
import type { RequestMetricName, StageMetricName } from '../../metric-names.ts';
import type { MetricEstimate } from '../../metrics/metric-estimate.ts';
import type { MetricValue, Statistics } from '../../metrics/metric-value.ts';
import type { Assertion } from '../../spec/run-spec.ts';
import { combineIntervals } from '../../stats/combine-intervals.ts';
import type { Interval } from '../../stats/interval.ts';
import { minimumNForMean } from '../../stats/summarize.ts';
import type { StageReport } from '../model/report.ts';

export type Measured = {
  value: number | null;
  n: number;
  reason: string | null;
  interval: Interval | null;
  /** Why there is no interval, and the smallest n that gives an interval (null if a larger n would not help). */
  lacking: { reason: string; minimumN: number | null } | null;
};

/** Why window rates and prices have no interval. */
export const oneOfARun = 'there is one value per stage, so only more runs can show how it varies';

type StatisticName = Extract<Assertion, { statistic: string }>['statistic'];
export type Asked = { metric: RequestMetricName; statistic: StatisticName } | { metric: StageMetricName };

/** The values in a stage report that SLOs and assertions can use, and whether the stage was stopped. */
export type StageMeasures = Pick<StageReport, 'windows' | 'requests' | 'errorRate' | 'goodputShare'> & {
  answers: Pick<StageReport['answers'], 'checksumOkRate'>;
  cost: Pick<StageReport['cost'], 'costPerThousandRequestsUsd'>;
  stop: { reason: string } | null;
};

/** Returns the stage's value of the given metric and statistic. Rates are for the full window. */
export function measureValue(asked: Asked, stage: StageMeasures): Measured {
  if ('statistic' in asked) return measureStatistic(stage.requests[asked.metric], asked.statistic);
  switch (asked.metric) {
    case 'errorRate':
    case 'goodputShare':
      return { ...stage[asked.metric], lacking: null };
    case 'checksumOkRate':
      return { ...stage.answers.checksumOkRate, lacking: null };
    case 'costPerThousandRequestsUsd':
      return measureEstimate(stage.cost.costPerThousandRequestsUsd);
    default:
      return measureSingle(stage.windows.full[asked.metric]);
  }
}

export type RateName = 'completedRequestsPerMinute' | 'outputTokensPerSecondTotal';

/** Returns a rate in the steady window, or in the full window if the stage has no steady window. */
export function measureRate({ windows: { steady, full } }: Pick<StageReport, 'windows'>, metric: RateName): Measured {
  return measureSingle(steady[metric].value === null ? full[metric] : steady[metric]);
}

const operators: Record<Assertion['op'], (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

export function isWithinLimit(value: number, { op, value: limit }: Pick<Assertion, 'op' | 'value'>): boolean {
  return operators[op](value, limit);
}

/**
 * Returns a stage's result as a level of a sweep: successful requests per second in the steady window (or the full
 * window if there is no steady window), and whether the stage meets the SLOs.
 * @param slos the SLOs if the search is for the highest load that meets them; otherwise empty
 */
export function makeLevelResult(value: number, stage: StageMeasures, slos: readonly SearchSlo[]): LevelResult {
  const { steady, full } = stage.windows;
  const window = steady.completedRequestsPerMinute.value === null ? full : steady;
  const perMinute = window.completedRequestsPerMinute.value;
  // An over-saturated stage would have become slower if it had continued, so it does not meet the SLOs.
  const isSaturated = stage.stop?.reason === 'over_saturated';
  const isSent = full.durationMs !== null;
  const isSloMet = (slo: SearchSlo) => {
    const measured = measureValue(slo, stage).value;
    return measured !== null && isWithinLimit(measured, slo);
  };
  return {
    value,
    throughput: perMinute === null || perMinute === 0 ? null : perMinute / 60,
    startedPerSecond: window.achievedRequestsPerSecond.value,
    isMet: slos.length === 0 || !isSent ? null : !isSaturated && slos.every(isSloMet),
    isSent,
  };
}

/** Combines the intervals of two independent values. Returns null if either value or interval is missing. */
export function combineMeasured(
  base: Pick<Measured, 'value' | 'interval'>,
  run: Pick<Measured, 'value' | 'interval'>,
): ReturnType<typeof combineIntervals> | null {
  if (base.value === null || base.interval === null || run.value === null || run.interval === null) return null;
  return combineIntervals({ value: base.value, interval: base.interval }, { value: run.value, interval: run.interval });
}

function measureSingle(single: MetricValue): Measured {
  return { ...single, interval: null, lacking: { reason: oneOfARun, minimumN: null } };
}

function measureEstimate({ intervalReason, ...found }: MetricEstimate): Measured {
  if (found.interval !== null || intervalReason === null) return { ...found, lacking: null };
  const minimumN = found.n < minimumNForMean ? minimumNForMean : null;
  return { ...found, lacking: { reason: intervalReason, minimumN } };
}

function measureStatistic(statistics: Statistics, statistic: StatisticName): Measured {
  const { n, reason, intervals } = statistics;
  const found = { value: statistics[statistic], n, reason, interval: null };
  const lack = (why: string, minimumN: number | null = null) => ({ ...found, lacking: { reason: why, minimumN } });
  if (statistic === 'min' || statistic === 'max' || statistic === 'stddev') return lack(`${statistic} has no interval`);
  if (intervals === null) return lack('the values are not independent, so there is no interval');
  const { interval, minimumN, reason: whyNone } = intervals[statistic];
  if (interval === null) return lack(whyNone ?? `an interval needs at least ${minimumN} values`, minimumN);
  return { ...found, interval, lacking: null };
}
