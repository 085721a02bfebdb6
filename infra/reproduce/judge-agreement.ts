import type { RequestMetricName } from '../../shared/metric-names.ts';
import type { PromptDigest } from '../../shared/records/attempt-note.ts';
import { type Asked, combineMeasured, type Measured, measureValue } from '../../shared/report/build/measure-value.ts';
import type { Report, StageReport } from '../../shared/report/model/report.ts';
import { renderText } from '../../shared/report/render/text/render-text.ts';
import { composeDocument } from '../../shared/report/sections/document.ts';
import { makeLabelCell, makeTable } from '../../shared/report/sections/make-blocks.ts';
import type { Interval } from '../../shared/stats/interval.ts';
import { judgeChange, type Tolerance } from '../../shared/stats/judge-change.ts';

/** `agree`: the difference is within the tolerance. `differ`: it is outside. `cannot tell`: either is possible. */
export type Agreement = 'agree' | 'differ' | 'cannot tell';

/** One value of a report, and the same value in the report of the repeated run. */
export type JudgedValue = {
  targetId: string;
  stageIndex: number;
  metric: string;
  statistic: string | null;
  before: number | null;
  after: number | null;
  nBefore: number;
  nAfter: number;
  hasInterval: boolean;
  /** Interval of after / before (for shares: after − before). Null if either value has no interval. */
  interval: Interval | null;
  verdict: Agreement;
  reason: string | null;
};

export type Tolerances = {
  /** Tolerance as a share: ratios from 1 − tolerance to 1 + tolerance count as agreement. */
  tolerance: number;
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
const comparedValues: readonly Asked[] = [
  ...timed.flatMap((metric) => statistics.map((statistic) => ({ metric, statistic }))),
  { metric: 'errorRate' },
  { metric: 'checksumOkRate' },
];

/**
 * Judges for each value whether a repeated run agrees with a report. Combines the two independent 95 % intervals
 * (MOVER), because the reports contain no individual requests to compare.
 * @throws Error if the two reports do not have the same stages
 */
export function judgeAgreement(before: Report, after: Report, tolerances: Tolerances): JudgedValue[] {
  return before.stages.flatMap((stage) => {
    const { targetId, stageIndex } = stage;
    const match = after.stages[stageIndex];
    if (match === undefined || match.targetId !== targetId)
      throw new Error(`The new run has no stage ${stageIndex} of ${targetId}, so the two runs have different plans`);
    const judged = [
      judgeInputTokens(stage, match),
      ...comparedValues.map((asked) => judgeValue(asked, stage, match, tolerances)),
    ];
    return judged.filter(isClaimed).map((value) => ({ targetId, stageIndex, ...value }));
  });
}

type Judged = Omit<JudgedValue, 'targetId' | 'stageIndex'>;

/** A value without an interval, such as a p99 of few requests, is too uncertain to list. Medians are always listed. */
function isClaimed({ metric, statistic, before, hasInterval }: Judged): boolean {
  return before !== null && (hasInterval || statistic === 'p50' || metric === 'inputTokens');
}

/** Compares the prompt sizes, which the manifest determines. If they differ, the runs sent different prompts. */
function judgeInputTokens(before: StageReport, after: StageReport): Judged {
  const [ofBefore, ofAfter] = [before.requests.inputTokens, after.requests.inputTokens];
  const isComplete = [before, after].every(({ counts, requests }) => requests.inputTokens.n === counts.planned);
  const isSame = statistics.every((statistic) => ofBefore[statistic] === ofAfter[statistic]);
  const verdict = isSame ? 'agree' : isComplete ? 'differ' : 'cannot tell';
  return {
    ...pairValues({ metric: 'inputTokens', statistic: 'mean' }, before, after).row,
    hasInterval: false,
    interval: null,
    verdict,
    reason: verdict === 'cannot tell' ? 'failed or disturbed requests are excluded, so the values may differ' : null,
  };
}

function pairValues(asked: Asked, before: StageReport, after: StageReport) {
  const [ofBefore, ofAfter] = [measureValue(asked, before), measureValue(asked, after)];
  const statistic = 'statistic' in asked ? asked.statistic : null;
  const [nBefore, nAfter] = [ofBefore.n, ofAfter.n];
  const row = { metric: asked.metric, statistic, before: ofBefore.value, after: ofAfter.value, nBefore, nAfter };
  return { ofBefore, ofAfter, row };
}

function judgeValue(asked: Asked, before: StageReport, after: StageReport, tolerances: Tolerances): Judged {
  const isShare = !('statistic' in asked);
  const { tolerance, shareTolerance } = tolerances;
  const limits = isShare ? { low: -shareTolerance, high: shareTolerance } : { low: 1 - tolerance, high: 1 + tolerance };
  const { ofBefore, ofAfter, row } = pairValues(asked, before, after);
  const hasInterval = ofBefore.value !== null && ofBefore.interval !== null;
  const judged = judgePair(ofBefore, ofAfter, isShare ? 'difference' : 'ratio', limits);
  return { ...row, hasInterval, interval: null, reason: null, ...judged };
}

function judgePair(
  before: Measured,
  after: Measured,
  contrast: 'ratio' | 'difference',
  limits: Tolerance,
): Pick<JudgedValue, 'verdict'> & Partial<JudgedValue> {
  const cannotTell = (reason: string) => ({ verdict: 'cannot tell' as const, reason });
  if (before.value === null || after.value === null) return cannotTell('one of the runs has no value');
  const combined = combineMeasured(before, after);
  if (combined === null) return cannotTell('n is too small for an interval');
  const { interval } = combined[contrast];
  if (interval === null) return cannotTell('an interval includes 0, so the ratio has none');
  // The argument `lower` has no effect, because better and worse both count as different.
  const change = judgeChange(interval, limits, 'lower');
  if (change === 'inconclusive')
    return { ...cannotTell('the interval is partly inside and partly outside the tolerance'), interval };
  return { verdict: change === 'same' ? 'agree' : 'differ', interval };
}

/** Combines all verdicts: `differ` if any value differs, `agree` if all values agree, otherwise `cannot tell`. */
export function combineAgreement(judged: readonly Pick<JudgedValue, 'verdict'>[]): Agreement {
  if (judged.some(({ verdict }) => verdict === 'differ')) return 'differ';
  return judged.length > 0 && judged.every(({ verdict }) => verdict === 'agree') ? 'agree' : 'cannot tell';
}

/** Compares the digests of both runs' first prompts, and describes the result in a sentence. */
export function comparePrompts(
  before: PromptDigest | null,
  after: PromptDigest | null,
): { verdict: Agreement; text: string } {
  if (before === null || after === null || before.count !== after.count)
    return { verdict: 'cannot tell', text: 'The prompts cannot be compared: a report has no digest of them' };
  const prompts = before.count === 1 ? 'first prompt is' : `first ${before.count} prompts are`;
  if (before.sha256 === after.sha256)
    return { verdict: 'agree', text: `The ${prompts} identical (SHA-256 ${before.sha256})` };
  const text = `The ${prompts} different (SHA-256 ${before.sha256} before, ${after.sha256} now)`;
  return { verdict: 'differ', text };
}

const sentences = {
  agree: 'agree',
  differ: 'differ',
  'cannot tell': 'show no difference, but more requests are needed to confirm that they agree',
} as const;

/** Renders the comparison of a report with the repeated run, value by value. The text ends with a line break. */
export function renderAgreement(values: readonly JudgedValue[], { tolerance, shareTolerance }: Tolerances): string {
  const rows = values.map((value, i) => {
    const { targetId, stageIndex, metric, statistic, verdict, reason, nBefore, nAfter } = value;
    const isFirst = values[i - 1]?.stageIndex !== stageIndex;
    return [
      makeLabelCell(`${targetId}, stage ${stageIndex}`, isFirst ? 0 : 1),
      statistic === null ? metric : `${metric} ${statistic}`,
      { text: verdict, reason },
      { value: value.before },
      { value: value.after },
      { range: value.interval, decimals: 3 },
      `${nBefore} / ${nAfter}`,
    ];
  });
  const head = ['', '', '', 'before', 'after', '95 %', 'n'];
  const count = (verdict: string) => values.filter((value) => value.verdict === verdict).length;
  const limits = `Values agree within ${(100 * tolerance).toFixed(0)} % (shares: within ${shareTolerance}).`;
  const outcome = `${count('agree')} agree, ${count('differ')} differ, ${count('cannot tell')} cannot tell: the runs ${sentences[combineAgreement(values)]}.`;
  return renderText(
    composeDocument({
      title: 'Agreement',
      intro: [...makeTable('The report and the new run', head, rows, 3), { kind: 'reasons' }],
      sections: [
        {
          id: 'agreement',
          title: 'Result',
          blocks: [
            {
              kind: 'paragraph',
              words: `The interval is that of after / before (shares: of after − before). ${limits}`,
            },
            { kind: 'paragraph', words: outcome },
          ],
        },
      ],
    }),
  );
}
