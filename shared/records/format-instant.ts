/** A wall-clock instant (ms since 1970) in ISO 8601, UTC, to the millisecond. */
export function formatInstant(atMs: number): string {
  return new Date(Math.round(atMs)).toISOString();
}

/** The same, null where there is none. */
export function formatInstantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : formatInstant(atMs);
}
