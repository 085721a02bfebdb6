/** Formats a time in ms since 1970 as ISO 8601 in UTC. */
export function formatInstant(atMs: number): string {
  return new Date(Math.round(atMs)).toISOString();
}

export function formatInstantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : formatInstant(atMs);
}
