export type Paced = {
  /** Deadline of the next token on the clock of `nowMs`. */
  dueAtMs: number;
  /** Sends the next token. Returns the deadline of the one after it, or null after the last. */
  send(): number | null;
};

export type Pacer = { add(stream: Paced): void; clear(): void };

/** Creates a pacer that sends each token at its deadline with one timer for all streams. A late tick does not delay others. */
export function createPacer(nowMs: () => number): Pacer {
  let streams: Paced[] = [];
  let timer: NodeJS.Timeout | null = null;

  const tick = () => {
    timer = null;
    const due = streams.filter(({ dueAtMs }) => dueAtMs <= nowMs()).sort((a, b) => a.dueAtMs - b.dueAtMs);
    const ended = new Set<Paced>();
    for (const stream of due) {
      const next = stream.send();
      if (next === null) ended.add(stream);
      else stream.dueAtMs = next;
    }
    if (ended.size > 0) streams = streams.filter((stream) => !ended.has(stream));
    arm();
  };
  const arm = () => {
    if (timer !== null) clearTimeout(timer);
    if (streams.length === 0) return;
    const nextAtMs = streams.reduce((least, { dueAtMs }) => Math.min(least, dueAtMs), Number.POSITIVE_INFINITY);
    // Node's timers may be 1 ms late, so the log has the time of the write.
    timer = setTimeout(tick, Math.max(0, nextAtMs - nowMs()));
  };

  return {
    add: (stream) => {
      streams.push(stream);
      arm();
    },
    clear: () => {
      streams = [];
    },
  };
}

/** Creates a queue that does one piece of work in each turn of the event loop, so that all receipts of a burst are stamped first. */
export function createTurns(): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  const next = () => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return (work) => {
    if (waiting.push(work) === 1) setImmediate(next);
  };
}
