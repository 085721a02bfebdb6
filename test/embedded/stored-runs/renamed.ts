/*
 * Everything in a report that has been renamed since the runs in `test/fixtures/stored-runs/` were finalized. Paths use the
 * old names. `*` stands for any one name or index, `**` for any number of them.
 */

/** Describes a field that has a new name. */
export type FieldRename = {
  /** The path of the object that holds the field. The report itself has the empty path. */
  within: string;
  from: string;
  to: string;
};

/** Describes a value that is spelled differently. */
export type ValueRename = {
  /** The path of the value itself. */
  at: string;
  /** The whole value. A regular expression is replaced at every match in a text, and must not touch any digit. */
  from: string | number | RegExp;
  to: string | number;
};

/** Describes a field that reports did not have, and its value in a report of a run that was stored without it. */
export type AddedField = { within: string; name: string; value: number | null | { value: null; n: 0; reason: string } };

/** Describes a value that depends on when a run is finalized, not on what was stored. `at` uses the current names. */
export type MomentField = { at: string; reason: string };

const rename = (within: string, from: string, to: string): FieldRename => ({ within, from, to });

export const renamedFields: readonly FieldRename[] = [
  rename('/stages/*', 'stage', 'stageIndex'),
  rename('/stages/*', 'group', 'groupIndex'),
  rename('/stages/*', 'level', 'levelIndex'),
  rename('/stages/*', 'target', 'targetId'),
  rename('/stages/*/workers/*', 'batch', 'batchIndex'),
  rename('/stages/*/windows', 'whole', 'full'),
  rename('/targets/*', 'target', 'targetId'),
  rename('/targets/*', 'stages', 'stageIndices'),
  ...['/stages/*', '/targets/*'].flatMap((part) => [
    ...['counts', 'counts/byOutcome', 'warmup/counts', 'warmup/counts/byOutcome'].map((place) =>
      rename(`${part}/${place}`, 'cancelled', 'canceled'),
    ),
    rename(`${part}/counts/notSentByReason`, 'sure', 'precision_reached'),
    rename(`${part}/warmup/counts/notSentByReason`, 'sure', 'precision_reached'),
    rename(`${part}/regressions/*`, 'withheld', 'reason'),
    rename(`${part}/cost/dedicated`, 'stage', 'stageIndex'),
  ]),
  rename('/verdict/assertions/*', 'target', 'targetId'),
  rename('/verdict/assertions/*', 'stage', 'stageIndex'),
  rename('/verdict/assertions/*/assertion', 'target', 'targetId'),
  rename('/manifest/spec/assertions/*', 'target', 'targetId'),
  rename('/manifest/spec/load/search', 'objectives', 'slos'),
  rename('/run/load/search', 'objectives', 'slos'),
  rename('/comparisons/*', 'level', 'levelIndex'),
  rename('/comparisons/*', 'base', 'baseTargetId'),
  rename('/comparisons/*', 'target', 'targetId'),
  rename('/comparisons/*', 'figures', 'metrics'),
  rename('/baseline/comparison/stages/*', 'target', 'targetId'),
  rename('/baseline/comparison/stages/*', 'baseTarget', 'baseTargetId'),
  rename('/baseline/comparison/stages/*', 'stage', 'stageIndex'),
  rename('/baseline/comparison/stages/*', 'baseStage', 'baseStageIndex'),
  rename('/baseline/comparison/stages/*', 'figures', 'metrics'),
  rename('/sweeps/*', 'target', 'targetId'),
  rename('/sweeps/*/levels/*', 'stage', 'stageIndex'),
  rename('/charts/requests/*', 'target', 'targetId'),
  rename('/charts/distributions/*', 'stage', 'stageIndex'),
  rename('/charts/timeline/targets/*', 'target', 'targetId'),
];

export const addedFields: readonly AddedField[] = [
  ...['/stages/*', '/targets/*'].flatMap((part) =>
    ['counts', 'warmup/counts'].flatMap((place) =>
      [
        ['', 'disturbed'],
        ['/byOutcome', 'too_large'],
        ['/notSentByReason', 'block_damaged'],
        ['/notSentByReason', 'check_failed'],
      ].map(([within = '', name = '']) => ({ within: `${part}/${place}${within}`, name, value: 0 })),
    ),
  ),
  ...['whole', 'steady'].map((name) => ({ within: `/stages/*/windows/${name}`, name: 'excludedMs', value: 0 })),
  { within: '/stages/*/instrument', name: 'longestStallMs', value: null },
  {
    within: '/*/*/tokens',
    name: 'usageTokensPerChunk',
    value: { value: null, n: 0, reason: 'earlier versions did not measure it' },
  },
];

/** Renamed fields of an import's body. */
export const renamedImportFields: readonly FieldRename[] = [rename('/results/*', 'target', 'targetId')];

export const renamedValues: readonly ValueRename[] = [
  { at: '/schemaVersion', from: 1, to: 2 },
  { at: '/stages/*/stop/reason', from: 'sure', to: 'precision_reached' },
  { at: '/stages/*/answers/checksumRule/side', from: 'undecided', to: 'inconclusive' },
  { at: '/targets/*/answers/checksumRule/side', from: 'undecided', to: 'inconclusive' },
  { at: '/verdict/certainty', from: 'sure', to: 'conclusive' },
  { at: '/verdict/assertions/*/certainty', from: 'sure', to: 'conclusive' },
  { at: '/verdict/assertions/*/certainty', from: 'not_sure', to: 'inconclusive' },
  { at: '/comparisons/*/figures/*/window', from: 'whole', to: 'full' },
  { at: '/baseline/comparison/stages/*/verdict', from: 'unsure', to: 'inconclusive' },
  { at: '/baseline/comparison/stages/*/figures/*/verdict', from: 'unsure', to: 'inconclusive' },
  { at: '/baseline/comparison/stages/*/figures/*/window', from: 'whole', to: 'full' },
];

/** Fields whose texts can be reworded in a later version. A stored report keeps its own texts. */
export const proseFields: ReadonlySet<string> = new Set([
  ...[
    'reason',
    'reasons',
    'trustReasons',
    'certaintyReason',
    'verdictReason',
    'robustReason',
    'intervalReason',
    'whyNoSteady',
  ],
  ...['warnings', 'workloadNotes', 'workloadDifference', 'statement', 'description', 'formula', 'over', 'detail'],
  // The label of a stage's load, and the source of prices.
  ...['load', 'source'],
]);

export const momentFields: readonly MomentField[] = [
  { at: '/tokenmeterVersion', reason: 'names the version that finalizes the run' },
];

const shares = 'counts each request by the share of its open time inside the steady window';
const ofUsage = 'reports had no ratio of the server’s own count to chunks';
/** Of the compared metrics, two are rates of the steady window, and one is a cost at its throughput. */
const steadyMetrics = [11, 13, 16];

/** Numbers that a later version computes with another formula. */
export const recomputedFields: readonly MomentField[] = [
  '/stages/*/windows/steady/**',
  '/stages/*/windows/full/achievedRequestsPerSecond/value',
  '/*/*/cost/dedicated/**',
  '/sweeps/*/levels/*/requestsPerSecond',
  ...['/comparisons/*', '/baseline/comparison/stages/*'].flatMap((within) =>
    steadyMetrics.map((index) => `${within}/metrics/${index}/**`),
  ),
]
  .map((at) => ({ at, reason: shares }))
  .concat({ at: '/*/*/tokens/usageTokensPerChunk', reason: ofUsage });
