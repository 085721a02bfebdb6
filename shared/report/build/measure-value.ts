import type { RequestMetricName, StageMetricName } from '../../metric-names.ts';
import type { MetricEstimate } from '../../metrics/metric-estimate.ts';
import type { MetricValue, ShareEstimate, Statistics } from '../../metrics/metric-value.ts';
import type { Assertion } from '../../spec/run-spec.ts';
import type { Interval } from '../../stats/interval.ts';
import { minimumNForMean } from '../../stats/summarize.ts';
import type { StageReport } from '../model/report.ts';

/** A number with what is known of how sure it is. */
export type Measured = {
  value: number | null;
  n: number;
  /** Why there is no value. */
  reason: string | null;
  interval: Interval | null;
  /** Why there is no interval, and the n that could carry one, where there is such an n. */
  lacking: { reason: string; minimumN: number | null } | null;
};

/** For numbers of which a run has one: a rate of a window, a price. */
export const oneOfARun = 'it is one number a stage: nothing but further runs tells how sure it is';

type StatisticName = Extract<Assertion, { statistic: string }>['statistic'];
/** A statistic of a metric of requests, or a metric of the stage. */
export type Asked = { metric: RequestMetricName; statistic: StatisticName } | { metric: StageMetricName };

/** The parts of a stage report that SLOs and assertions can name, and whether the stage was stopped. */
export type StageMeasures = Pick<StageReport, 'windows' | 'requests' | 'errorRate' | 'goodputShare'> & {
  answers: Pick<StageReport['answers'], 'checksumOkRate'>;
  cost: Pick<StageReport['cost'], 'costPerThousandRequestsUsd'>;
  stop: { reason: string } | null;
};

/** The number of a stage that an assertion asks for. Rates are those of the full window. */
export function measureValue(asked: Asked, stage: StageMeasures): Measured {
  if ('statistic' in asked) return measureStatistic(stage.requests[asked.metric], asked.statistic);
  switch (asked.metric) {
    case 'completedRequestsPerMinute':
    case 'outputTokensPerSecondTotal':
    case 'achievedConcurrency':
    case 'achievedRequestsPerSecond':
    case 'goodRequestsPerSecond':
      return measureFigure(stage.windows.full[asked.metric]);
    case 'errorRate':
      return measureShare(stage.errorRate);
    case 'goodputShare':
      return measureShare(stage.goodputShare);
    case 'checksumOkRate':
      return measureShare(stage.answers.checksumOkRate);
    case 'costPerThousandRequestsUsd':
      return measureEstimate(stage.cost.costPerThousandRequestsUsd);
  }
}

/** What a stage has one of each for a window. */
export type RateName = 'completedRequestsPerMinute' | 'outputTokensPerSecondTotal';

/** A rate of the steady window; of the full one where a stage has no steady one. */
export function measureRate({ windows: { steady, full } }: Pick<StageReport, 'windows'>, metric: RateName): Measured {
  return measureFigure(steady[metric].value === null ? full[metric] : steady[metric]);
}

/** Whether a value is on the right side of a limit. */
export function holds(value: number, { op, value: limit }: Pick<Assertion, 'op' | 'value'>): boolean {
  switch (op) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

function measureFigure({ value, n, reason }: MetricValue): Measured {
  return { value, n, reason, interval: null, lacking: { reason: oneOfARun, minimumN: null } };
}

function measureEstimate({ value, n, reason, interval, intervalReason }: MetricEstimate): Measured {
  const found = { value, n, reason };
  if (interval !== null || intervalReason === null) return { ...found, interval, lacking: null };
  const minimumN = n < minimumNForMean ? minimumNForMean : null;
  return { ...found, interval: null, lacking: { reason: intervalReason, minimumN } };
}

function measureShare({ value, n, reason, interval }: ShareEstimate): Measured {
  return { value, n, reason, interval, lacking: null };
}

function measureStatistic(statistics: Statistics, statistic: StatisticName): Measured {
  const { n, reason, intervals } = statistics;
  const found = { value: statistics[statistic], n, reason };
  const without = (why: string, minimumN: number | null = null): Measured => ({
    ...found,
    interval: null,
    lacking: { reason: why, minimumN },
  });
  if (statistic === 'min' || statistic === 'max' || statistic === 'stddev')
    return without(`${statistic} has no interval`);
  if (intervals === null) return without('its values are not independent, so that it has no interval');
  const { interval, minimumN, reason: withheld } = intervals[statistic];
  if (interval === null) return without(withheld ?? `its interval needs n of ${minimumN} or more`, minimumN);
  return { ...found, interval, lacking: null };
}
