/** Milliseconds to three decimals: the grain of the instants that they come from. */
export function roundToMicroseconds(valueMs: number): number {
  return Math.round(valueMs * 1_000) / 1_000;
}
