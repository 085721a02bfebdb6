import type { Report } from '../model/report.ts';
import type { Coefficient, Regressions, Result, RobustFit } from '../model/result.ts';
import { formatNumber, formatShort, formatUncertain } from '../words/format-text.ts';
import type { Section } from './document.ts';
import type { Labels } from './labels.ts';
import { describeExcluded, makeAside, makeList } from './make-blocks.ts';

/** Writes the latency per input and output token for each target, and for each stage if a target has several stages. */
export function writeRegressions({ targets, stages }: Report, labels: Labels): Section {
  const lines = targets.flatMap((target) => {
    const { targetId, stageIndices } = target;
    if (stageIndices.length < 2) return describe(targetId, target);
    const own = stages.filter(({ stageIndex }) => stageIndices.includes(stageIndex));
    return [
      ...describe(`${targetId}, all stages`, target),
      ...own.flatMap((stage) => describe(labels.stage(stage), stage)),
    ];
  });
  const note = makeAside('Fitted by least squares. ± is half the width of the 95 % interval.');
  return {
    id: 'regressions',
    title: 'Latency per token',
    blocks: lines.length === 0 ? [] : [...makeList(lines), note],
  };
}

function describe(label: string, result: Pick<Result, 'regressions' | 'counts'>): string[] {
  const { e2e, outputToInputRatio, prefill } = result.regressions;
  const excluded = describeExcluded(result);
  const [input, output] = [findSlope(e2e.coefficients, 'inputTokens'), findSlope(e2e.coefficients, 'outputTokens')];
  const prefillInput = findSlope(prefill.coefficients, 'inputTokens');
  const fit = e2e.rSquared === null ? '' : `, R² = ${formatNumber(e2e.rSquared, 3)}`;
  return [
    input === null || output === null
      ? `${label}: no end-to-end latency per token, because ${e2e.reason}.`
      : `${label}: each input token adds ${input} ms to end-to-end latency, each output token ${output} ms; ${describeRatio(outputToInputRatio)}; n = ${e2e.n}${excluded}${fit}.`,
    ...describeRobust(`${label}, less weight on outliers`, e2e.robust),
    prefillInput === null
      ? `${label}: no TTFT per input token, because ${prefill.reason}.`
      : `${label}: each input token adds ${prefillInput} ms to TTFT; n = ${prefill.n}${excluded}.`,
    ...describeRobust(`${label}, TTFT, less weight on outliers`, prefill.robust),
  ];
}

function describeRatio({ value, interval, reason }: Regressions['outputToInputRatio']): string {
  if (value === null || interval === null) return `no ratio of output to input tokens, because ${reason}`;
  return `one output token takes as long as ${formatShort(value)} input tokens (95 % interval ${formatShort(interval.low)} to ${formatShort(interval.high)})`;
}

/** Describes the coefficients that change if outliers get less weight. */
function describeRobust(label: string, robust: RobustFit | null): string[] {
  if (robust === null) return [];
  const moved = robust.coefficients
    .filter((coefficient) => coefficient.moved)
    .map(({ name, unit, value, interval }) => `${name} ${formatUncertain(value, interval.high - value)} ${unit}`);
  return [`${label} (${robust.method}): ${moved.join(', ')}; n = ${robust.n}.`];
}

function findSlope(coefficients: readonly Coefficient[], name: Coefficient['name']): string | null {
  const found = coefficients.find((coefficient) => coefficient.name === name);
  return found === undefined ? null : formatUncertain(found.value, found.interval.high - found.value);
}
