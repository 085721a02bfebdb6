import type { RequestMetricName } from '../../metric-names.ts';
import { combineIntervals } from '../../stats/combine-intervals.ts';
import type { Interval } from '../../stats/interval.ts';
import { judgeChange } from '../../stats/judge-change.ts';
import { type Asked, type Measured, measureValue } from '../build/measure-value.ts';
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
const figures: readonly Asked[] = [
  ...timed.flatMap((metric) => statistics.map((statistic) => ({ metric, statistic }))),
  { metric: 'errorRate' },
  { metric: 'checksumOkRate' },
];

/**
 * Judges whether a run of the same manifest says the same as the report of the one before it, figure by figure. From the reports
 * alone: two independent intervals at 95 % are combined (MOVER), so that agreement rests on what either run can know.
 * @throws Error where the two do not have the same stages
 */
export function judgeAgreement(before: Report, after: Report, tolerances: Tolerances): JudgedFigure[] {
  return before.stages.flatMap((stage) => {
    const twin = after.stages[stage.stageIndex];
    if (twin === undefined || twin.targetId !== stage.targetId)
      throw new Error(`The new run has no stage ${stage.stageIndex} of ${stage.targetId}: it is not of the same plan`);
    const { targetId, stageIndex } = stage;
    const judged = [judgePrompts(stage, twin), ...figures.map((asked) => judgeFigure(asked, stage, twin, tolerances))];
    return judged.filter(isClaimed).map((figure) => ({ targetId, stageIndex, ...figure }));
  });
}

type Judged = Omit<JudgedFigure, 'targetId' | 'stageIndex'>;

/**
 * A figure that the report itself cannot say with an interval (a p99 of few requests) is no claim that a run could bear out;
 * of medians it is said that they cannot be told.
 */
function isClaimed({ metric, statistic, before, hasInterval }: Judged): boolean {
  return before !== null && (hasInterval || statistic === 'p50' || metric === 'inputTokens');
}

/** The prompts are a function of the manifest: their sizes are equal, or something else was asked. */
function judgePrompts(before: StageReport, after: StageReport): Judged {
  const [ofBefore, ofAfter] = [before.requests.inputTokens, after.requests.inputTokens];
  const isWhole = before.counts.ok === before.counts.planned && after.counts.ok === after.counts.planned;
  const isSame = statistics.every((statistic) => ofBefore[statistic] === ofAfter[statistic]);
  const verdict = isSame ? 'agree' : isWhole ? 'differ' : 'cannot tell';
  return {
    ...pairUp({ metric: 'inputTokens', statistic: 'mean' }, before, after),
    hasInterval: false,
    interval: null,
    verdict,
    reason: verdict === 'cannot tell' ? 'not all requests of both are ok, so that these are of other prompts' : null,
  };
}

function pairUp(asked: Asked, before: StageReport, after: StageReport) {
  const [ofBefore, ofAfter] = [measureValue(asked, before), measureValue(asked, after)];
  const statistic = 'statistic' in asked ? asked.statistic : null;
  const [nBefore, nAfter] = [ofBefore.n, ofAfter.n];
  return { metric: asked.metric, statistic, before: ofBefore.value, after: ofAfter.value, nBefore, nAfter };
}

/** Times by their ratio, shares by their difference. */
function judgeFigure(asked: Asked, before: StageReport, after: StageReport, tolerances: Tolerances): Judged {
  const isShare = !('statistic' in asked);
  const { tolerance, shareTolerance } = tolerances;
  const limits = isShare ? { low: -shareTolerance, high: shareTolerance } : { low: 1 - tolerance, high: 1 + tolerance };
  const [ofBefore, ofAfter] = [measureValue(asked, before), measureValue(asked, after)];
  const hasInterval = ofBefore.value !== null && ofBefore.interval !== null;
  const judged = judge(ofBefore, ofAfter, isShare ? 'difference' : 'ratio', limits);
  return { ...pairUp(asked, before, after), hasInterval, interval: null, reason: null, ...judged };
}

function judge(
  before: Measured,
  after: Measured,
  contrast: 'ratio' | 'difference',
  limits: { low: number; high: number },
): Pick<JudgedFigure, 'verdict'> & Partial<JudgedFigure> {
  const cannotTell = (reason: string) => ({ verdict: 'cannot tell' as const, reason });
  if (before.value === null || after.value === null) return cannotTell('one of the runs has no value');
  if (before.interval === null || after.interval === null) return cannotTell('n is too small for an interval');
  const { interval } = combineIntervals(
    { value: before.value, interval: before.interval },
    { value: after.value, interval: after.interval },
  )[contrast];
  if (interval === null) return cannotTell('an interval reaches 0, so that there is none of the ratio');
  // Better and worse are the same here: both are another result.
  const change = judgeChange(interval, limits, 'lower');
  if (change === 'inconclusive')
    return { ...cannotTell('the interval reaches beyond the tolerance and into it'), interval };
  return { verdict: change === 'same' ? 'agree' : 'differ', interval };
}

/** Combines all figures: a single one that differs makes the whole differ, and one that cannot be told leaves it open. */
export function combineAgreement(judged: readonly Pick<JudgedFigure, 'verdict'>[]): Agreement {
  if (judged.some(({ verdict }) => verdict === 'differ')) return 'differ';
  return judged.length > 0 && judged.every(({ verdict }) => verdict === 'agree') ? 'agree' : 'cannot tell';
}
