/** Codes under which providers say within a stream what a status of 429 says before it. */
const codes = new Set(['429', 'throttlingexception', 'rate_limit_error', 'rate_limit_exceeded', 'resource_exhausted']);

/** The error turns the request down for its rate, rather than tell of a fault. */
export function isRateLimit(code: string | null): boolean {
  return code !== null && codes.has(code.toLowerCase());
}
