import type { Report } from '../model/report.ts';
import type { Coefficient, Regressions, RobustFit } from '../model/result.ts';
import { formatNumber, formatShort, formatUncertain } from '../words/format-number.ts';
import type { Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeList } from './make-blocks.ts';

/** What input and output tokens cost in time, in words: for each target, and for each of its stages where it has several. */
export function writeRegressions({ targets, stages }: Report, labels: Labels): Section {
  const lines = targets.flatMap(({ targetId, stageIndices, regressions }) => {
    const name = targetId;
    if (stageIndices.length < 2) return describe(name, regressions);
    const own = stages.filter(({ stageIndex }) => stageIndices.includes(stageIndex));
    return [
      ...describe(`${name}, all stages`, regressions),
      ...own.flatMap((stage) => describe(labels.stage(stage), stage.regressions)),
    ];
  });
  const title = 'What tokens cost in time (± half of the 95 % interval)';
  return { id: 'regressions', title, blocks: makeList(lines) };
}

function describe(label: string, { e2e, outputToInputRatio, prefill }: Regressions): string[] {
  const [input, output] = [findSlope(e2e.coefficients, 'inputTokens'), findSlope(e2e.coefficients, 'outputTokens')];
  const ofPrefill = findSlope(prefill.coefficients, 'inputTokens');
  const fit = e2e.rSquared === null ? '' : `, R² ${formatNumber(e2e.rSquared, 3)}`;
  return [
    input === null || output === null
      ? `${label}: end to end withheld: ${e2e.reason}.`
      : `${label}: each input token adds ${input} ms, each output token ${output} ms: ${describeRatio(outputToInputRatio)}; n ${e2e.n}${fit}.`,
    ...describeRobust(`${label}: without outliers`, e2e.robust),
    ofPrefill === null
      ? `${label}: prefill withheld: ${prefill.reason}.`
      : `${label}: prefill: each input token adds ${ofPrefill} ms to TTFT; n ${prefill.n}.`,
    ...describeRobust(`${label}: prefill without outliers`, prefill.robust),
  ];
}

function describeRatio({ value, interval, reason }: Regressions['outputToInputRatio']): string {
  if (value === null || interval === null) return `the ratio is withheld: ${reason}`;
  return `one output token costs as much time as ${formatShort(value)} input tokens (${formatShort(interval.low)} to ${formatShort(interval.high)})`;
}

/** The robust coefficients that outliers have moved. */
function describeRobust(label: string, robust: RobustFit | null): string[] {
  if (robust === null) return [];
  const moved = robust.coefficients
    .filter((coefficient) => coefficient.moved)
    .map(({ name, unit, value, interval }) => `${name} ${formatUncertain(value, interval.high - value)} ${unit}`);
  return [`${label} (${robust.method}): ${moved.join(', ')}; n ${robust.n}.`];
}

function findSlope(coefficients: readonly Coefficient[], name: Coefficient['name']): string | null {
  const found = coefficients.find((coefficient) => coefficient.name === name);
  return found === undefined ? null : formatUncertain(found.value, found.interval.high - found.value);
}
