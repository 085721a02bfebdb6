import { isDeepStrictEqual } from 'node:util';
import { breakEvenRatio } from '../cost/break-even-ratio.ts';
import type { RequestMetricName } from '../domain/metric-names.ts';
import type { Figure } from '../metrics/figure.ts';
import { describeRatio } from './describe-ratio.ts';
import type { Compared, Comparison, StageReport } from './report.ts';

const comparedRequestMetrics = [
  'ttftMs',
  'e2eLatencyMs',
  'itlMs',
  'tpotMs',
  'outputTokensPerSecond',
] as const satisfies readonly RequestMetricName[];
const comparedWindowMetrics = ['completedRequestsPerMinute', 'outputTokensPerSecondTotal'] as const;

/**
 * Each target beside the first target of the spec, at the same load: differences (target − base) and ratios
 * (target / base) of medians and means, of throughput and of cost. No test of whether a difference is chance.
 */
export function compareTargets(stages: readonly StageReport[]): Comparison[] {
  const [first] = stages;
  const bases = stages.filter(({ target }) => target === first?.target);
  return bases.flatMap((base) => {
    const others = stages.filter((stage) => stage.target !== base.target && isSameLoad(stage, base));
    return [...new Set(others.map(({ target }) => target))].flatMap((target) => {
      const twins = others.filter((stage) => stage.target === target);
      // A search takes each target through loads of its own: the level is then not the same one, but the load is.
      const twin = twins.find(({ level }) => level === base.level) ?? twins[0];
      return twin === undefined ? [] : [compare(base, twin)];
    });
  });
}

function isSameLoad(a: StageReport, b: StageReport): boolean {
  return isDeepStrictEqual({ ...a.load, requests: 0 }, { ...b.load, requests: 0 });
}

function compare(base: StageReport, other: StageReport): Comparison {
  const names = { base: base.target, target: other.target };
  const figures = [
    ...comparedRequestMetrics.flatMap((metric) =>
      (['p50', 'mean'] as const).map((statistic) => {
        const pick = ({ requests }: StageReport) => {
          const { n, reason, [statistic]: value } = requests[metric];
          return { value, n, reason };
        };
        return comparedOf({ metric, statistic, window: null }, names, pick(base), pick(other));
      }),
    ),
    ...comparedWindowMetrics.flatMap((metric) =>
      (['whole', 'steady'] as const).map((window) => {
        const pick = ({ windows }: StageReport) => windows[window][metric];
        return comparedOf({ metric, statistic: null, window }, names, pick(base), pick(other));
      }),
    ),
    comparedOf(
      { metric: 'costPerThousandRequestsUsd', statistic: null, window: null },
      names,
      base.cost.costPerThousandRequestsUsd,
      other.cost.costPerThousandRequestsUsd,
    ),
  ];
  return { level: base.level, ...names, figures, breakEven: breakEvenOf(base, other) };
}

function comparedOf(
  what: Pick<Compared, 'metric' | 'statistic' | 'window'>,
  names: { base: string; target: string },
  base: Figure,
  target: Figure,
): Compared {
  const ends = { base: base.value, target: target.value, nBase: base.n, nTarget: target.n };
  if (base.value === null || target.value === null) {
    const [lacking, reason] =
      base.value === null ? [names.base, base.reason] : ([names.target, target.reason] as const);
    return { ...what, ...ends, difference: null, ratio: null, reason: `${lacking}: ${reason}`, statement: null };
  }
  const quotient = base.value > 0 ? target.value / base.value : Number.NaN;
  const ratio = Number.isFinite(quotient) ? quotient : null;
  return {
    ...what,
    ...ends,
    difference: target.value - base.value,
    ratio,
    reason: ratio === null ? `the value of ${names.base} is not above 0` : null,
    statement: ratio === null ? null : describeRatio(what, names, ratio),
  };
}

function breakEvenOf(base: StageReport, other: StageReport): Comparison['breakEven'] {
  const ofBase = base.cost.pricing;
  const ofOther = other.cost.pricing;
  if (ofBase === null || ofOther === null)
    return { inputPerOutput: null, statement: null, reason: 'a target has no pricing' };
  const inputPerOutput = breakEvenRatio(ofBase, ofOther);
  if (inputPerOutput === null)
    return { inputPerOutput, statement: null, reason: 'no mix of input and output makes the two cost the same' };
  // More input per output favours whichever input is cheaper.
  const cheaperAbove = ofBase.inputPerMillionTokens < ofOther.inputPerMillionTokens ? base.target : other.target;
  const cheaperBelow = cheaperAbove === base.target ? other.target : base.target;
  const ratio = Number(inputPerOutput.toPrecision(4));
  const statement = `Both cost the same at ${ratio} input tokens per output token; ${cheaperAbove} is cheaper above, ${cheaperBelow} below.`;
  return { inputPerOutput, statement, reason: null };
}
