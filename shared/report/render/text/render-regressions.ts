import type { Coefficient, Regressions, RobustFit } from '../../model/regression.ts';
import type { Report } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatNumber, formatShort, formatUncertain } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** What input and output tokens cost in time, in words: for each target, and for each of its stages where it has several. */
export function renderRegressions(report: Report, width: number): string[] {
  const labels = stageLabels(report);
  return report.targets.flatMap(({ targetId, stageIndices: stages, regressions }) => {
    const parts = stages.length < 2 ? [] : report.stages.filter(({ stageIndex }) => stages.includes(stageIndex));
    const lines = [
      ...describe(parts.length === 0 ? plainText(targetId) : `${plainText(targetId)}, all stages`, regressions),
      ...parts.flatMap((stage) => describe(labels.get(stage.stageIndex) ?? '', stage.regressions)),
    ];
    return lines.flatMap((line) => wrapText(line, width, '  '));
  });
}

function describe(label: string, { e2e, outputToInputRatio, prefill }: Regressions): string[] {
  const input = slope(e2e.coefficients, 'inputTokens');
  const output = slope(e2e.coefficients, 'outputTokens');
  const lines: string[] = [];
  if (input === null || output === null) lines.push(`${label}: end to end withheld: ${e2e.reason}.`);
  else {
    const fit = e2e.rSquared === null ? '' : `, R² ${formatNumber(e2e.rSquared, 3)}`;
    const ratio =
      outputToInputRatio.value === null || outputToInputRatio.interval === null
        ? `the ratio is withheld: ${outputToInputRatio.reason}`
        : `one output token costs as much time as ${formatShort(outputToInputRatio.value)} input tokens (${formatShort(outputToInputRatio.interval.low)} to ${formatShort(outputToInputRatio.interval.high)})`;
    lines.push(
      `${label}: each input token adds ${input} ms, each output token ${output} ms: ${ratio}; n ${e2e.n}${fit}.`,
    );
  }
  lines.push(...describeRobust(`${label}: without outliers`, e2e.robust));
  const prefillSlope = slope(prefill.coefficients, 'inputTokens');
  lines.push(
    prefillSlope === null
      ? `${label}: prefill withheld: ${prefill.reason}.`
      : `${label}: prefill: each input token adds ${prefillSlope} ms to TTFT; n ${prefill.n}.`,
  );
  lines.push(...describeRobust(`${label}: prefill without outliers`, prefill.robust));
  return lines;
}

/** The robust coefficients that outliers have moved. */
function describeRobust(label: string, robust: RobustFit | null): string[] {
  if (robust === null) return [];
  const moved = robust.coefficients
    .filter((coefficient) => coefficient.moved)
    .map(({ name, unit, value, interval }) => `${name} ${formatUncertain(value, interval.high - value)} ${unit}`);
  return [`${label} (${robust.method}): ${moved.join(', ')}; n ${robust.n}.`];
}

function slope(coefficients: readonly Coefficient[], name: Coefficient['name']): string | null {
  const found = coefficients.find((coefficient) => coefficient.name === name);
  return found === undefined ? null : formatUncertain(found.value, found.interval.high - found.value);
}
