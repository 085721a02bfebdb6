import { changeEach, changeFields, isStoredObject, renameFields, renameWord } from '../../spec/rename-fields.ts';
import { upgradeRunSpec } from '../../spec/upgrade-run-spec.ts';
import { type Report, reportSchema } from './report.ts';

/**
 * Reads the JSON text of a report, of this version or of 0.1.0.
 * @throws SyntaxError or ZodError where the text is not a report
 */
export function readReport(json: string): Report {
  return reportSchema.parse(upgradeReport(JSON.parse(json)));
}

type Change = (value: unknown) => unknown;

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

const upgradeCompared = changeEach(rename({}, { window: toWindow, verdict: toVerdict }));
const upgradeComparison = rename(
  {},
  {
    verdict: toVerdict,
    stages: changeEach(
      rename(
        { ...place, baseTarget: 'baseTargetId', baseStage: 'baseStageIndex', figures: 'metrics' },
        { verdict: toVerdict, metrics: upgradeCompared },
      ),
    ),
  },
);
const upgradeRegression = rename({ withheld: 'reason' });

const upgradeCounts = rename(
  { cancelled: 'canceled' },
  { byOutcome: rename({ cancelled: 'canceled' }), notSentByReason: rename({ sure: 'precision_reached' }) },
);

/** The changes of what a stage and a target have in common. */
const resultChanges = {
  counts: upgradeCounts,
  warmup: rename({}, { counts: upgradeCounts }),
  answers: rename({}, { checksumRule: rename({}, { side: renameTo({ undecided: 'inconclusive' }) }) }),
  regressions: rename({}, { e2e: upgradeRegression, prefill: upgradeRegression }),
  cost: rename({}, { dedicated: rename({ stage: 'stageIndex' }, { window: toWindow }) }),
};

/** Whether a stored report has the names of today: anything but schema version 1 of 0.1.0. */
export function isCurrentReport(stored: unknown): boolean {
  return !isStoredObject(stored) || stored['schemaVersion'] !== 1;
}

/**
 * Returns a report stored or published by version 0.1.0 (schema version 1) under the names of today; a later report comes
 * back as it is. Numbers and prose stay as they were.
 */
export function upgradeReport(stored: unknown): unknown {
  if (!isStoredObject(stored) || isCurrentReport(stored)) return stored;
  return changeFields(
    { ...stored, schemaVersion: 2 },
    {
      run: rename({}, { load: (load) => upgradeLoad(load) }),
      manifest: rename({}, { spec: upgradeRunSpec }),
      verdict: rename(
        {},
        {
          certainty: toCertainty,
          assertions: changeEach(rename(place, { certainty: toCertainty, assertion: rename({ target: 'targetId' }) })),
        },
      ),
      comparisons: changeEach(
        rename(
          { level: 'levelIndex', base: 'baseTargetId', target: 'targetId', figures: 'metrics' },
          { metrics: upgradeCompared },
        ),
      ),
      baseline: rename({}, { comparison: upgradeComparison }),
      targets: changeEach(rename({ target: 'targetId', stages: 'stageIndices' }, resultChanges)),
      stages: changeEach(
        rename(
          { ...place, group: 'groupIndex', level: 'levelIndex' },
          {
            ...resultChanges,
            stop: rename({}, { reason: toStopReason }),
            windows: rename({ whole: 'full' }),
            workers: changeEach(rename({ batch: 'batchIndex' })),
          },
        ),
      ),
      sweeps: changeEach(rename({ target: 'targetId' }, { levels: changeEach(rename({ stage: 'stageIndex' })) })),
      charts: rename(
        {},
        {
          requests: changeEach(rename({ target: 'targetId' })),
          distributions: changeEach(rename({ stage: 'stageIndex' })),
          timeline: rename({}, { targets: changeEach(rename({ target: 'targetId' })) }),
        },
      ),
      crossOver: rename(
        {},
        {
          examples: changeEach(
            rename({ ...place, index: 'requestIndex' }, { other: rename({ ...place, index: 'requestIndex' }) }),
          ),
        },
      ),
    },
  );
}

function upgradeLoad(load: unknown): unknown {
  const upgraded = upgradeRunSpec({ load });
  return isStoredObject(upgraded) ? upgraded['load'] : load;
}
