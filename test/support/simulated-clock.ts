/** A clock that jumps from one planned task to the next. Tasks of one instant run in the order they were planned. */
export type SimulatedClock = {
  nowMs(): number;
  schedule(atMs: number, task: () => void): () => void;
  /** The instant of the next planned task; null where nothing is planned. */
  nextAtMs(): number | null;
  /** Runs until nothing is planned, or up to the instant, which it then is. */
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
