/** A wall-clock instant in ISO 8601, to the millisecond. */
export function isoInstant(wallMs: number): string {
  return new Date(Math.round(wallMs)).toISOString();
}
