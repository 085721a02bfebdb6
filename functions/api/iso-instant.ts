/** An instant as answers write it (ISO 8601, UTC). */
export function isoInstant(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** The same, null where there is none. */
export function isoInstantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoInstant(atMs);
}
