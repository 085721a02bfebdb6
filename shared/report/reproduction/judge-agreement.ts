import type { RequestMetricName } from '../../metric-names.ts';
import type { ShareEstimate, Statistics } from '../../metrics/metric-value.ts';
import { combineIntervals, type Located } from '../../stats/combine-intervals.ts';
import type { Interval } from '../../stats/interval.ts';
import { judgeChange } from '../../stats/judge-change.ts';
import type { Report, StageReport } from '../model/report.ts';

/** agree: any difference is within the tolerance; differ: it is beyond; cannot tell: the data allow both. */
export type Agreement = 'agree' | 'differ' | 'cannot tell';

/** One number of a report beside the same one of the run that repeated it. */
export type JudgedFigure = {
  targetId: string;
  stageIndex: number;
  metric: string;
  statistic: string | null;
  before: number | null;
  after: number | null;
  nBefore: number;
  nAfter: number;
  /** Whether the report has an interval of it. */
  hasInterval: boolean;
  /** Of after / before; of shares, of after − before. Null where either has no interval. */
  interval: Interval | null;
  verdict: Agreement;
  reason: string | null;
};

export type Tolerances = {
  /** Of ratios: from 1 − this to 1 + this agrees. */
  tolerance: number;
  /** Of differences of shares. */
  shareTolerance: number;
};

const timed = [
  'ttftMs',
  'e2eLatencyMs',
  'itlMs',
  'tpotMs',
  'outputTokensPerSecond',
  'outputTokens',
] as const satisfies readonly RequestMetricName[];
const statistics = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;

/**
 * Whether a run of the same manifest says the same as the report of the one before it, figure by figure. From the reports alone:
 * two independent intervals at 95 % are combined (MOVER), so that agreement rests on what either run can know.
 * @throws Error where the two do not have the same stages
 */
export function judgeAgreement(before: Report, after: Report, tolerances: Tolerances): JudgedFigure[] {
  return before.stages.flatMap((stage) => {
    const twin = after.stages[stage.stageIndex];
    if (twin === undefined || twin.targetId !== stage.targetId)
      throw new Error(`The new run has no stage ${stage.stageIndex} of ${stage.targetId}: it is not of the same plan`);
    return judgeStage(stage, twin, tolerances);
  });
}

function judgeStage(before: StageReport, after: StageReport, tolerances: Tolerances): JudgedFigure[] {
  const { targetId, stageIndex } = before;
  const shares = [
    ['errorRate', before.errorRate, after.errorRate],
    ['checksumOkRate', before.answers.checksumOkRate, after.answers.checksumOkRate],
  ] as const;
  return [
    judgePrompts(before, after),
    ...timed.flatMap((metric) =>
      statistics
        .map((statistic) =>
          judgeStatistic(before.requests[metric], after.requests[metric], statistic, tolerances.tolerance),
        )
        .map((judged, i) => ({ targetId, stageIndex, metric, statistic: statistics[i] ?? null, ...judged })),
    ),
    ...shares
      .filter(([, of]) => of.value !== null)
      .map(([metric, ofBefore, ofAfter]) => ({
        ...{ targetId, stageIndex, metric, statistic: null },
        ...judgeShare(ofBefore, ofAfter, tolerances.shareTolerance),
      })),
  ].filter(isClaimed);
}

/**
 * A figure that the report itself cannot say with an interval (a p99 of few requests) is no claim that a run could bear out;
 * of medians it is said that they cannot be told.
 */
function isClaimed({ metric, statistic, before, hasInterval }: JudgedFigure): boolean {
  return before !== null && (hasInterval || statistic === 'p50' || metric === 'inputTokens');
}

type Judged = Omit<JudgedFigure, 'targetId' | 'stageIndex' | 'metric' | 'statistic'>;

/** The prompts are a function of the manifest: their sizes are equal, or something else was asked. */
function judgePrompts(before: StageReport, after: StageReport): JudgedFigure {
  const [ofBefore, ofAfter] = [before.requests.inputTokens, after.requests.inputTokens];
  const isWhole = before.counts.ok === before.counts.planned && after.counts.ok === after.counts.planned;
  const isSame = statistics.every((statistic) => ofBefore[statistic] === ofAfter[statistic]);
  const verdict = isWhole ? (isSame ? 'agree' : 'differ') : isSame ? 'agree' : 'cannot tell';
  return {
    ...{ targetId: before.targetId, stageIndex: before.stageIndex, metric: 'inputTokens', statistic: 'mean' },
    ...{
      before: ofBefore.mean,
      after: ofAfter.mean,
      nBefore: ofBefore.n,
      nAfter: ofAfter.n,
      hasInterval: false,
      interval: null,
    },
    verdict,
    reason: verdict === 'cannot tell' ? 'not all requests of both are ok, so that these are of other prompts' : null,
  };
}

function judgeStatistic(
  before: Statistics,
  after: Statistics,
  statistic: (typeof statistics)[number],
  tolerance: number,
): Judged {
  const base = { before: before[statistic], after: after[statistic], nBefore: before.n, nAfter: after.n };
  const located = (of: Statistics): Located | null => {
    const [value, interval] = [of[statistic], of.intervals?.[statistic].interval ?? null];
    return value === null || interval === null ? null : { value, interval };
  };
  const limits = { low: 1 - tolerance, high: 1 + tolerance };
  return judge(base, located(before), located(after), 'ratio', limits);
}

function judgeShare(before: ShareEstimate, after: ShareEstimate, tolerance: number): Judged {
  const base = { before: before.value, after: after.value, nBefore: before.n, nAfter: after.n };
  const located = ({ value, interval }: ShareEstimate): Located | null =>
    value === null || interval === null ? null : { value, interval };
  return judge(base, located(before), located(after), 'difference', { low: -tolerance, high: tolerance });
}

function judge(
  values: Omit<Judged, 'hasInterval' | 'interval' | 'verdict' | 'reason'>,
  before: Located | null,
  after: Located | null,
  contrast: 'ratio' | 'difference',
  limits: { low: number; high: number },
): Judged {
  const base = { ...values, hasInterval: before !== null };
  const cannotTell = (reason: string): Judged => ({ ...base, interval: null, verdict: 'cannot tell', reason });
  if (base.before === null || base.after === null) return cannotTell('one of the runs has no value');
  if (before === null || after === null) return cannotTell('n is too small for an interval');
  const { interval } = combineIntervals(before, after)[contrast];
  if (interval === null) return cannotTell('an interval reaches 0, so that there is none of the ratio');
  // Better and worse are the same here: both are another result.
  const change = judgeChange(interval, limits, 'lower');
  if (change === 'same') return { ...base, interval, verdict: 'agree', reason: null };
  if (change !== 'inconclusive') return { ...base, interval, verdict: 'differ', reason: null };
  return { ...base, interval, verdict: 'cannot tell', reason: 'the interval reaches beyond the tolerance and into it' };
}

/** All figures as one: a single one that differs makes the whole differ, and one that cannot be told leaves it open. */
export function overallAgreement(figures: readonly Pick<JudgedFigure, 'verdict'>[]): Agreement {
  if (figures.some(({ verdict }) => verdict === 'differ')) return 'differ';
  return figures.length > 0 && figures.every(({ verdict }) => verdict === 'agree') ? 'agree' : 'cannot tell';
}
