import type { z } from 'zod';
import { isTerminal, type RunStatus } from '../../../../shared/records/records.ts';
import type { runEventSchema } from '../schemas.ts';
import type { Snapshot } from './observe-run.ts';

/**
 * Position of a reader: the rank of the run's status, and the version of its progress. Both only grow, so a reader that
 * has seen an event needs exactly the events with a later position.
 */
export type Position = { rank: number; version: number };

export type RunEvent = {
  name: 'status' | 'progress' | 'end';
  position: Position;
  data: z.infer<typeof runEventSchema>;
};

const endRank = 3;
const ranks: Readonly<Record<RunStatus, number>> = {
  queued: 0,
  running: 1,
  finalizing: 2,
  completed: endRank,
  failed: endRank,
  canceled: endRank,
};
const passed: readonly RunStatus[] = ['queued', 'running', 'finalizing'];

export function formatPosition({ rank, version }: Position): string {
  return `${rank}-${version}`;
}

/** Reads the position in a `Last-Event-ID` header. An unknown id counts as none, so the reader starts again. */
export function parsePosition(text: string | undefined): Position | null {
  const match = /^([0-3])-(\d{1,15})$/.exec(text ?? '');
  return match === null ? null : { rank: Number(match[1]), version: Number(match[2]) };
}

/** Returns whether the reader has seen the end of the run. */
export function hasSeenEnd(seen: Position | null): boolean {
  return seen?.rank === endRank;
}

/**
 * Lists the events between a reader's position and the present state of a run: one event for each status that the run
 * has entered since, or else one event if the progress has grown. A new reader gets one event with the present state.
 */
export function listEvents(seen: Position | null, snapshot: Snapshot): RunEvent[] {
  const { run, version } = snapshot;
  const rank = ranks[run.status];
  if (seen === null || seen.rank > rank) return [buildEvent(snapshot, rank, run.status)];
  if (seen.rank === rank)
    return version > seen.version ? [{ ...buildEvent(snapshot, rank, run.status), name: 'progress' }] : [];
  const entered = passed.filter((status) => {
    const isLater = ranks[status] > seen.rank && ranks[status] < rank;
    return isLater && (status !== 'running' || run.startedAtMs !== null);
  });
  return [...entered, run.status].map((status) => buildEvent(snapshot, ranks[status], status));
}

function buildEvent({ run, progress, version }: Snapshot, rank: number, status: RunStatus): RunEvent {
  const { runId, stop, failure, verdict, trust } = run;
  return {
    name: isTerminal(status) ? 'end' : 'status',
    position: { rank, version },
    data: { runId, status, stop, failure, verdict, trust, progress },
  };
}
