import { changeEach, changeFields, isStoredObject, renameFields, renameWord } from '../../spec/rename-fields.ts';
import { upgradeRunSpec } from '../../spec/upgrade-run-spec.ts';
import { type Report, reportSchema } from './report.ts';

/** Reads a report from JSON that this version or 0.1.0 wrote. Throws a SyntaxError or ZodError for any other text. */
export function readReport(json: string): Report {
  return reportSchema.parse(upgradeReport(JSON.parse(json)));
}

type Change = (value: unknown) => unknown;

const change =
  (changes: Readonly<Record<string, Change>>): Change =>
  (value) =>
    changeFields(value, changes);
const rename =
  (names: Readonly<Record<string, string>>, changes: Readonly<Record<string, Change>> = {}): Change =>
  (value) =>
    changeFields(renameFields(value, names), changes);
const renameTo =
  (words: Readonly<Record<string, string>>): Change =>
  (value) =>
    renameWord(value, words);

const toCertainty = renameTo({ sure: 'conclusive', not_sure: 'inconclusive' });
const toVerdict = renameTo({ unsure: 'inconclusive' });
const toWindow = renameTo({ whole: 'full' });
const toStopReason = renameTo({ sure: 'precision_reached' });
const place = { target: 'targetId', stage: 'stageIndex' };

const upgradeCompared = changeEach(change({ window: toWindow, verdict: toVerdict }));
const upgradeComparison = change({
  verdict: toVerdict,
  stages: changeEach(
    rename(
      { ...place, baseTarget: 'baseTargetId', baseStage: 'baseStageIndex', figures: 'metrics' },
      { verdict: toVerdict, metrics: upgradeCompared },
    ),
  ),
});
const upgradeRegression = rename({ withheld: 'reason' });

const upgradeCounts = rename(
  { cancelled: 'canceled' },
  { byOutcome: rename({ cancelled: 'canceled' }), notSentByReason: rename({ sure: 'precision_reached' }) },
);

/** Changes to the fields that stages and targets have in common. */
const resultChanges = {
  counts: upgradeCounts,
  warmup: change({ counts: upgradeCounts }),
  answers: change({ checksumRule: change({ side: renameTo({ undecided: 'inconclusive' }) }) }),
  regressions: change({ e2e: upgradeRegression, prefill: upgradeRegression }),
  cost: change({ dedicated: rename({ stage: 'stageIndex' }, { window: toWindow }) }),
};

/** Returns whether a stored report has the current field names. Only schema version 1 has other names. */
export function isCurrentReport(stored: unknown): boolean {
  return !isStoredObject(stored) || stored['schemaVersion'] !== 1;
}

/** Converts a report of version 0.1.0 (schema version 1) to the current names of fields and enum values. */
export function upgradeReport(stored: unknown): unknown {
  if (!isStoredObject(stored) || isCurrentReport(stored)) return stored;
  return changeFields(
    { ...stored, schemaVersion: 2 },
    {
      // A run has the load of its spec.
      run: upgradeRunSpec,
      manifest: change({ spec: upgradeRunSpec }),
      verdict: change({
        certainty: toCertainty,
        assertions: changeEach(rename(place, { certainty: toCertainty, assertion: rename({ target: 'targetId' }) })),
      }),
      comparisons: changeEach(
        rename(
          { level: 'levelIndex', base: 'baseTargetId', target: 'targetId', figures: 'metrics' },
          { metrics: upgradeCompared },
        ),
      ),
      baseline: change({ comparison: upgradeComparison }),
      targets: changeEach(rename({ target: 'targetId', stages: 'stageIndices' }, resultChanges)),
      stages: changeEach(
        rename(
          { ...place, group: 'groupIndex', level: 'levelIndex' },
          {
            ...resultChanges,
            stop: change({ reason: toStopReason }),
            windows: rename({ whole: 'full' }),
            workers: changeEach(rename({ batch: 'batchIndex' })),
          },
        ),
      ),
      sweeps: changeEach(rename({ target: 'targetId' }, { levels: changeEach(rename({ stage: 'stageIndex' })) })),
      charts: change({
        requests: changeEach(rename({ target: 'targetId' })),
        distributions: changeEach(rename({ stage: 'stageIndex' })),
        timeline: change({ targets: changeEach(rename({ target: 'targetId' })) }),
      }),
      crossOver: change({
        examples: changeEach(
          rename({ ...place, index: 'requestIndex' }, { other: rename({ ...place, index: 'requestIndex' }) }),
        ),
      }),
    },
  );
}
