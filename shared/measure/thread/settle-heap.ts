/**
 * Collects what loading and warming up have left, twice: what lives is then in the old generation, and the old generation
 * is marked. Otherwise both happen a second or so into the load, where they cost pauses of up to 15 ms. Only where the
 * process was started with `--expose-gc`, as workers are: turning a flag of V8 on later, with threads running, can end the
 * process.
 */
export function settleHeap(): void {
  const { gc } = globalThis;
  gc?.();
  gc?.();
}

/** The same of what is young alone, which takes a millisecond or two: twice, and what lives is young no more. */
export function settleYoung(): void {
  const { gc } = globalThis;
  gc?.({ type: 'minor', execution: 'sync' });
  gc?.({ type: 'minor', execution: 'sync' });
}
