/** Milliseconds on CLOCK_MONOTONIC, which all processes of the machine share, to the nanosecond. */
export function monotonicNowMs(): number {
  // 2 ** 53 ns are 104 days of uptime without loss, and the loss beyond is still under a microsecond for years.
  return Number(process.hrtime.bigint()) / 1e6;
}
