const maxWaitSeconds = 60;

/**
 * The seconds of a `Prefer: wait=N` header (RFC 7240, section 4.3), 60 at most; null where there is none. What is not
 * understood is ignored, as the RFC asks.
 */
export function parseWaitPreference(prefer: string | undefined): number | null {
  for (const preference of (prefer ?? '').split(/[,;]/)) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(maxWaitSeconds, Number(seconds));
  }
  return null;
}
