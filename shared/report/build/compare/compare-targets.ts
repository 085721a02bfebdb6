import { computeBreakEvenRatio } from '../../../cost/compute-request-cost-usd.ts';
import type { Comparison, StageReport } from '../../model/report.ts';
import { type BuiltStage, compareStages, findMatchingStage, isSameLoad, makeComparable } from './compare-stages.ts';

/**
 * Compares each target with the first target of the spec at the same load; see `compareStages`.
 * @param samePrompts whether request i was the same for all targets, so that requests can be compared in pairs
 */
export function compareTargets(built: readonly BuiltStage[], samePrompts = true): Comparison[] {
  const baseTargetId = built[0]?.report.targetId;
  if (baseTargetId === undefined) return [];
  const bases = built.filter(({ report }) => report.targetId === baseTargetId);
  const others = built.filter(({ report }) => report.targetId !== baseTargetId);
  return bases.flatMap((base) => {
    const matching = others.filter(({ report }) => isSameLoad(report, base.report));
    if (matching.length === 0) return [];
    const comparable = makeComparable(base);
    return [...new Set(matching.map(({ report }) => report.targetId))].flatMap((targetId) => {
      const own = matching.filter(({ report }) => report.targetId === targetId);
      const match = findMatchingStage(base, own);
      if (match === undefined) return [];
      const names = { base: baseTargetId, target: targetId };
      const metrics = compareStages(comparable, makeComparable(match), names, samePrompts);
      const breakEven = findBreakEven(base.report, match.report);
      return [{ levelIndex: base.report.levelIndex, baseTargetId, targetId, metrics, breakEven }];
    });
  });
}

function findBreakEven(base: StageReport, other: StageReport): Comparison['breakEven'] {
  const [ofBase, ofOther] = [base.cost.pricing, other.cost.pricing];
  const none = { inputPerOutput: null, statement: null };
  if (ofBase === null || ofOther === null) return { ...none, reason: 'a target has no pricing' };
  const inputPerOutput = computeBreakEvenRatio(ofBase, ofOther);
  if (inputPerOutput === null) return { ...none, reason: 'these prices have no break-even ratio' };
  // More input per output favors the target with the cheaper input.
  const isBaseCheaper = ofBase.inputPerMillionTokens < ofOther.inputPerMillionTokens;
  const [above, below] = isBaseCheaper ? [base.targetId, other.targetId] : [other.targetId, base.targetId];
  const ratio = Number(inputPerOutput.toPrecision(4));
  const statement = `Break-even: ${ratio} input tokens per output token. ${above} is cheaper above this ratio; ${below} is cheaper below it.`;
  return { inputPerOutput, statement, reason: null };
}
