import type { Target } from '../../domain/run-spec.ts';

/** The target's own headers, lower-case, and its credential; the transport's headers are the instrument's. */
export function buildHeaders(target: Target, apiKey: string | null): Record<string, string> {
  const own = Object.entries(target.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const headers: Record<string, string> = Object.fromEntries(own);
  return apiKey === null ? headers : { ...headers, authorization: `Bearer ${apiKey}` };
}
