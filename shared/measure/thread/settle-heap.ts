/**
 * Collects garbage twice, which moves live objects to the old generation and marks it. Otherwise V8 does both about a
 * second into the load, with pauses of up to 15 ms. Works only if the process was started with `--expose-gc`, as
 * workers are: changing a V8 flag while threads run can end the process.
 */
export function settleHeap(): void {
  const { gc } = globalThis;
  gc?.();
  gc?.();
}

/** Collects only the young generation, in 1–2 ms. Two collections move all live objects out of it. */
export function settleYoung(): void {
  const { gc } = globalThis;
  gc?.({ type: 'minor', execution: 'sync' });
  gc?.({ type: 'minor', execution: 'sync' });
}
