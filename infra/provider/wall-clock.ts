/** Milliseconds since 1970, to the microsecond, on the process's monotonic clock: never set back, never stepped. */
export function wallNowMs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000) / 1_000;
}
