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
  /** The whole value. A regular expression is replaced wherever it matches in a text, and must not touch any digit. */
  from: string | number | RegExp;
  to: string | number;
};

/** Describes a value that depends on when a run is finalized, not on what was stored. `at` uses the current names. */
export type MomentField = { at: string; reason: string };

export const renamedFields: readonly FieldRename[] = [];

export const renamedValues: readonly ValueRename[] = [];

export const momentFields: readonly MomentField[] = [
  { at: '/tokenmeterVersion', reason: 'names the version that finalizes the run' },
];
