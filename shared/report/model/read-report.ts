import { notSentReasons, outcomes } from '../../sample/outcome.ts';
import {
  type Change,
  changeEach,
  changeFields,
  isStoredObject,
  renameFields,
  renameWords,
} from '../../spec/rename-fields.ts';
import { upgradeRunSpec } from '../../spec/upgrade-run-spec.ts';
import { type Report, reportSchema } from './report.ts';

/** Reads a report from JSON that this version or 0.1.0 wrote. Throws a SyntaxError or ZodError for any other text. */
export function readReport(json: string): Report {
  return reportSchema.parse(upgradeReport(JSON.parse(json)));
}

const addZeroes = (names: readonly string[]) => {
  const zeroes = Object.fromEntries(names.map((name) => [name, 0]));
  return (counts: unknown) => (isStoredObject(counts) ? { ...zeroes, ...counts } : counts);
};
const completeCounts = changeFields({ byOutcome: addZeroes(outcomes), notSentByReason: addZeroes(notSentReasons) });
const completeResult = changeFields({ counts: completeCounts, warmup: changeFields({ counts: completeCounts }) });

/** Converts a target of the timeline from a list for each value to an object for each bin. */
const gatherBins: Change = (target) => {
  if (!isStoredObject(target)) return target;
  const { ok, failed, ttftP50Ms, ...rest } = target;
  if (!Array.isArray(ok) || !Array.isArray(failed) || !Array.isArray(ttftP50Ms)) return target;
  return { ...rest, bins: ok.map((count, bin) => ({ ok: count, failed: failed[bin], ttftP50Ms: ttftP50Ms[bin] })) };
};

/** Adds the counts of outcomes and reasons that did not exist when the report was stored, which are 0. */
const completeReport = changeFields({
  stages: changeEach(completeResult),
  targets: changeEach(completeResult),
  charts: changeFields({ timeline: changeFields({ targets: changeEach(gatherBins) }) }),
});

const toCertainty = renameWords({ sure: 'conclusive', not_sure: 'inconclusive' });
const toVerdict = renameWords({ unsure: 'inconclusive' });
const toWindow = renameWords({ whole: 'full' });
const toStopReason = renameWords({ sure: 'precision_reached' });
const place = { target: 'targetId', stage: 'stageIndex' };

const upgradeCompared = changeEach(changeFields({ window: toWindow, verdict: toVerdict }));
const upgradeComparison = changeFields({
  verdict: toVerdict,
  stages: changeEach(
    renameFields(
      { ...place, baseTarget: 'baseTargetId', baseStage: 'baseStageIndex', figures: 'metrics' },
      { verdict: toVerdict, metrics: upgradeCompared },
    ),
  ),
});
const upgradeRegression = renameFields({ withheld: 'reason' });

const upgradeCounts = renameFields(
  { cancelled: 'canceled' },
  { byOutcome: renameFields({ cancelled: 'canceled' }), notSentByReason: renameFields({ sure: 'precision_reached' }) },
);

/** Upgrades of the fields that both stages and targets have. */
const resultChanges = {
  counts: upgradeCounts,
  warmup: changeFields({ counts: upgradeCounts }),
  answers: changeFields({ checksumRule: changeFields({ side: renameWords({ undecided: 'inconclusive' }) }) }),
  regressions: changeFields({ e2e: upgradeRegression, prefill: upgradeRegression }),
  cost: changeFields({ dedicated: renameFields({ stage: 'stageIndex' }, { window: toWindow }) }),
};

/** Returns whether a stored report has the current field names. Only schema version 1 has other names. */
export function isCurrentReport(stored: unknown): boolean {
  return !isStoredObject(stored) || stored['schemaVersion'] !== 1;
}

/** Converts an earlier report to the current names of fields and enum values, and adds the fields that it lacks. */
export function upgradeReport(stored: unknown): unknown {
  if (!isStoredObject(stored)) return stored;
  return completeReport(isCurrentReport(stored) ? stored : upgradeFields({ ...stored, schemaVersion: 2 }));
}

const upgradeFields = changeFields({
  // `run` contains the spec's load, so its fields are upgraded like those of the spec.
  run: upgradeRunSpec,
  manifest: changeFields({ spec: upgradeRunSpec }),
  verdict: changeFields({
    certainty: toCertainty,
    assertions: changeEach(
      renameFields(place, { certainty: toCertainty, assertion: renameFields({ target: 'targetId' }) }),
    ),
  }),
  comparisons: changeEach(
    renameFields(
      { level: 'levelIndex', base: 'baseTargetId', target: 'targetId', figures: 'metrics' },
      { metrics: upgradeCompared },
    ),
  ),
  baseline: changeFields({ comparison: upgradeComparison }),
  targets: changeEach(renameFields({ target: 'targetId', stages: 'stageIndices' }, resultChanges)),
  stages: changeEach(
    renameFields(
      { ...place, group: 'groupIndex', level: 'levelIndex' },
      {
        ...resultChanges,
        stop: changeFields({ reason: toStopReason }),
        windows: renameFields({ whole: 'full' }),
        workers: changeEach(renameFields({ batch: 'batchIndex' })),
      },
    ),
  ),
  sweeps: changeEach(
    renameFields({ target: 'targetId' }, { levels: changeEach(renameFields({ stage: 'stageIndex' })) }),
  ),
  charts: changeFields({
    requests: changeEach(renameFields({ target: 'targetId' })),
    distributions: changeEach(renameFields({ stage: 'stageIndex' })),
    timeline: changeFields({ targets: changeEach(renameFields({ target: 'targetId' })) }),
  }),
  crossOver: changeFields({
    examples: changeEach(
      renameFields({ ...place, index: 'requestIndex' }, { other: renameFields({ ...place, index: 'requestIndex' }) }),
    ),
  }),
});
