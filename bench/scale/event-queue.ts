/** Events in order of time. Events of the same time keep the order in which they were added. */
export type EventQueue<E> = {
  add(atMs: number, event: E): void;
  /** Removes and returns the earliest event; null if the queue is empty. */
  next(): { atMs: number; event: E } | null;
};

export function createEventQueue<E>(): EventQueue<E> {
  /** The latest event first, so that the next one is removed without moving the others. */
  const entries: { atMs: number; event: E }[] = [];
  return {
    add: (atMs, event) => {
      const place = entries.findIndex((entry) => entry.atMs <= atMs);
      entries.splice(place < 0 ? entries.length : place, 0, { atMs, event });
    },
    next: () => entries.pop() ?? null,
  };
}
