/** Returns milliseconds since 1970 to the microsecond, from the monotonic clock of the process. */
export function wallNowMs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000) / 1_000;
}
