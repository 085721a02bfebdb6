import type { RunLabels, RunStatus } from './records.ts';
import type { RunSource } from './run-source.ts';

/** Conditions on runs. A run matches if it meets all of them. */
export type RunFilter = {
  statuses?: readonly RunStatus[];
  sources?: readonly RunSource[];
  scheduleId?: string;
  namePrefix?: string;
  /** Words of the name, in any order and case. A word also matches the start of a longer one. */
  search?: string;
  /** Entries that the metadata must contain. */
  metadata?: Readonly<Record<string, string>>;
  /** Bounds in ms since 1970 of the time in the run's id, which is the creation time or the scheduled time. */
  createdFromMs?: number;
  createdBeforeMs?: number;
};

/** The properties of a run that a filter reads, except those that the query of the index selects. */
export type FilteredRun = { status: RunStatus; source: RunSource; scheduleId: string | null; labels: RunLabels };

export function matchesFilter(run: FilteredRun, filter: RunFilter): boolean {
  const { statuses, sources, scheduleId, namePrefix = '', search, metadata = {} } = filter;
  const { name, metadata: own } = run.labels;
  return (
    (statuses?.includes(run.status) ?? true) &&
    (sources?.includes(run.source) ?? true) &&
    (scheduleId === undefined || scheduleId === run.scheduleId) &&
    (name ?? '').startsWith(namePrefix) &&
    (search === undefined || hasWords(name ?? '', search)) &&
    Object.entries(metadata).every(([key, value]) => Object.hasOwn(own, key) && own[key] === value)
  );
}

function hasWords(name: string, search: string): boolean {
  const words = splitWords(name);
  return splitWords(search).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

/** Splits a text into its words: runs of letters and digits, in lower case and without compatibility forms. */
export function splitWords(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}
