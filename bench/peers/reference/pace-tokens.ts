export type Paced = {
  /** When the next token is due, on the clock of `nowMs`. */
  dueAtMs: number;
  /** Sends what is due next; the instant at which the one after it is due, or null after the last. */
  send(): number | null;
};

export type Pacer = { add(stream: Paced): void; clear(): void };

/**
 * Sends each token when it is due on an absolute schedule: a late tick makes no later one late. One timer for all streams,
 * and all that is due at a tick goes out in order of its due instant.
 */
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
    // Node's timers have a grain of 1 ms and may be up to that late; the stamp is of the write, not of the plan.
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
