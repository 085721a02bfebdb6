import { isDeepStrictEqual } from 'node:util';
import { breakEvenRatio } from '../cost/break-even-ratio.ts';
import type { Figure } from '../metrics/figure.ts';
import type { SampleComparison } from '../stats/compare-samples.ts';
import { comparedRequestMetrics, compareRequests, type Inference, metricColumnsOf } from './compare-requests.ts';
import { describeRatio } from './describe-ratio.ts';
import type { Compared, Comparison, StageReport } from './report.ts';
import type { StageInput } from './stage-input.ts';

const comparedWindowMetrics = ['completedRequestsPerMinute', 'outputTokensPerSecondTotal'] as const;

/**
 * Each target beside the first target of the spec, at the same load: differences (target − base) and ratios
 * (target / base) of medians and means, of throughput and of cost. Of metrics of requests also how sure that is; a rate
 * of a window and a price are one number a stage, and tell nothing of that.
 */
export function compareTargets(built: readonly { input: StageInput; report: StageReport }[]): Comparison[] {
  const stages = built.map(({ report }) => report);
  const inputs = new Map(built.map(({ input, report }) => [report.stage, input]));
  const compared = new Map<number, ReturnType<typeof metricColumnsOf>>();
  const columnsOf = ({ stage }: StageReport) => {
    const input = inputs.get(stage);
    if (input === undefined) throw new Error(`Stage ${stage} was not built`);
    const columns = compared.get(stage) ?? metricColumnsOf(input);
    compared.set(stage, columns);
    return columns;
  };
  const [first] = stages;
  const bases = stages.filter(({ target }) => target === first?.target);
  return bases.flatMap((base) => {
    const others = stages.filter((stage) => stage.target !== base.target && isSameLoad(stage, base));
    return [...new Set(others.map(({ target }) => target))].flatMap((target) => {
      const twins = others.filter((stage) => stage.target === target);
      // A search takes each target through loads of its own: the level is then not the same one, but the load is.
      const twin = twins.find(({ level }) => level === base.level) ?? twins[0];
      if (twin === undefined) return [];
      return [compare(base, twin, (metric) => compareRequests(columnsOf(base), columnsOf(twin), metric))];
    });
  });
}

function isSameLoad(a: StageReport, b: StageReport): boolean {
  return isDeepStrictEqual({ ...a.load, requests: 0 }, { ...b.load, requests: 0 });
}

function compare(
  base: StageReport,
  other: StageReport,
  infer: (metric: (typeof comparedRequestMetrics)[number]) => SampleComparison | null,
): Comparison {
  const names = { base: base.target, target: other.target };
  const figures = [
    ...comparedRequestMetrics.flatMap((metric) => {
      const inferred = infer(metric);
      return (['p50', 'mean'] as const).map((statistic) => {
        const pick = ({ requests }: StageReport) => {
          const { n, reason, [statistic]: value } = requests[metric];
          return { value, n, reason };
        };
        const what = { metric, statistic, window: null };
        return comparedOf(what, names, pick(base), pick(other), inferenceOf(inferred, statistic));
      });
    }),
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
  inference: Inference | null = null,
): Compared {
  const ends = { base: base.value, target: target.value, nBase: base.n, nTarget: target.n, inference };
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
    statement: ratio === null ? null : describeRatio(what, names, ratio, inference?.ratio.interval ?? null),
  };
}

function inferenceOf(compared: SampleComparison | null, statistic: 'p50' | 'mean'): Inference | null {
  if (compared === null) return null;
  const { mean, median, ...rest } = compared;
  return { ...rest, ...(statistic === 'mean' ? mean : median) };
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
