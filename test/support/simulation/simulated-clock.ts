/** A clock that jumps from one planned task to the next. Tasks of the same time run in the order of planning. */
export type SimulatedClock = {
  nowMs(): number;
  schedule(atMs: number, task: () => void): () => void;
  /** Returns the time of the next planned task; null if no task is planned. */
  nextAtMs(): number | null;
  /** Runs all planned tasks, or those up to a time, which is then the current time. */
  run(untilMs?: number): void;
};

export function createSimulatedClock(): SimulatedClock {
  let nowMs = 0;
  let planned: { atMs: number; order: number; task: () => void }[] = [];
  let order = 0;
  const takeNext = (untilMs: number) => {
    const [first] = planned.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
    if (first === undefined || first.atMs > untilMs) return null;
    planned = planned.filter((entry) => entry !== first);
    return first;
  };
  return {
    nowMs: () => nowMs,
    schedule: (atMs, task) => {
      const entry = { atMs: Math.max(atMs, nowMs), order: order++, task };
      planned.push(entry);
      return () => {
        planned = planned.filter((other) => other !== entry);
      };
    },
    nextAtMs: () => (planned.length === 0 ? null : Math.min(...planned.map(({ atMs }) => atMs))),
    run: (untilMs = Number.POSITIVE_INFINITY) => {
      for (let next = takeNext(untilMs); next !== null; next = takeNext(untilMs)) {
        nowMs = next.atMs;
        next.task();
      }
      if (Number.isFinite(untilMs)) nowMs = Math.max(nowMs, untilMs);
    },
  };
}
