import { computeBreakEvenRatio } from '../../../cost/compute-break-even-ratio.ts';
import type { Comparison, StageReport } from '../../model/report.ts';
import { type BuiltStage, type ComparableStage, compareStages, isSameLoad, makeComparable } from './compare-stages.ts';

/**
 * Each target beside the first target of the spec, at the same load; see `compareStages`.
 * @param samePrompts whether request i was the same for all targets, so that answers go in pairs
 */
export function compareTargets(built: readonly BuiltStage[], samePrompts = true): Comparison[] {
  const known = new Map<number, ComparableStage>();
  const comparable = (stage: BuiltStage) => {
    const found = known.get(stage.report.stageIndex) ?? makeComparable(stage);
    known.set(stage.report.stageIndex, found);
    return found;
  };
  const [first] = built;
  const bases = built.filter(({ report }) => report.targetId === first?.report.targetId);
  return bases.flatMap((base) => {
    const others = built.filter(
      ({ report }) => report.targetId !== base.report.targetId && isSameLoad(report, base.report),
    );
    return [...new Set(others.map(({ report }) => report.targetId))].flatMap((targetId) => {
      const twins = others.filter(({ report }) => report.targetId === targetId);
      // A search takes each target through loads of its own: the level is then not the same one, but the load is.
      const twin = twins.find(({ report }) => report.levelIndex === base.report.levelIndex) ?? twins[0];
      if (twin === undefined) return [];
      const names = { base: base.report.targetId, target: targetId };
      const figures = compareStages(comparable(base), comparable(twin), names, samePrompts);
      return [
        {
          levelIndex: base.report.levelIndex,
          baseTargetId: names.base,
          targetId,
          metrics: figures,
          breakEven: findBreakEven(base.report, twin.report),
        },
      ];
    });
  });
}

function findBreakEven(base: StageReport, other: StageReport): Comparison['breakEven'] {
  const ofBase = base.cost.pricing;
  const ofOther = other.cost.pricing;
  if (ofBase === null || ofOther === null)
    return { inputPerOutput: null, statement: null, reason: 'a target has no pricing' };
  const inputPerOutput = computeBreakEvenRatio(ofBase, ofOther);
  if (inputPerOutput === null)
    return { inputPerOutput, statement: null, reason: 'no mix of input and output makes the two cost the same' };
  // More input per output favors whichever input is cheaper.
  const cheaperAbove = ofBase.inputPerMillionTokens < ofOther.inputPerMillionTokens ? base.targetId : other.targetId;
  const cheaperBelow = cheaperAbove === base.targetId ? other.targetId : base.targetId;
  const ratio = Number(inputPerOutput.toPrecision(4));
  const statement = `Both cost the same at ${ratio} input tokens per output token; ${cheaperAbove} is cheaper above, ${cheaperBelow} below.`;
  return { inputPerOutput, statement, reason: null };
}
