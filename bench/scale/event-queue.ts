/** Events in order of time. Events of the same time keep the order in which they were added. */
export type EventQueue<E> = {
  add(atMs: number, event: E): void;
  /** Removes and returns the earliest event; null if the queue is empty. */
  next(): { atMs: number; event: E } | null;
};

type Entry<E> = { atMs: number; order: number; event: E };

/** Creates an event queue on a binary heap. */
export function createEventQueue<E>(): EventQueue<E> {
  const heap: Entry<E>[] = [];
  let order = 0;
  return {
    add: (atMs, event) => {
      heap.push({ atMs, order: order++, event });
      rise(heap, heap.length - 1);
    },
    next: () => {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return null;
      if (first !== last) {
        heap[0] = last;
        sink(heap);
      }
      return { atMs: first.atMs, event: first.event };
    },
  };
}

function isBefore<E>(heap: readonly Entry<E>[], i: number, j: number): boolean {
  const [a, b] = [heap[i], heap[j]];
  if (a === undefined || b === undefined) return false;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function swap<E>(heap: Entry<E>[], i: number, j: number): void {
  const [a, b] = [heap[i], heap[j]];
  if (a === undefined || b === undefined) return;
  heap[i] = b;
  heap[j] = a;
}

function rise<E>(heap: Entry<E>[], from: number): void {
  for (let i = from; i > 0; ) {
    const parent = (i - 1) >> 1;
    if (!isBefore(heap, i, parent)) return;
    swap(heap, i, parent);
    i = parent;
  }
}

function sink<E>(heap: Entry<E>[]): void {
  for (let i = 0; ; ) {
    let least = i;
    for (const child of [2 * i + 1, 2 * i + 2]) if (isBefore(heap, child, least)) least = child;
    if (least === i) return;
    swap(heap, i, least);
    i = least;
  }
}
