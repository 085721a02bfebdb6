import type { SchemaObject } from './schema-components.ts';

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };

/** Response headers that more than one operation sends. */
export const sharedHeaders = {
  RequestId: { description: 'Id of the request: the X-Request-Id that was sent, or a new id', schema: text },
  RateLimitLimit: { description: 'Maximum requests per minute for the key', schema: whole },
  RateLimitRemaining: { description: 'Requests that remain in this window', schema: whole },
  RateLimitReset: { description: 'Seconds until the window ends', schema: whole },
  RetryAfter: { description: 'Seconds to wait before the next attempt', schema: whole },
  Location: { description: 'Path of the resource, relative to this API', schema: text },
  IdempotentReplayed: { description: '`true` if this repeats the response to an earlier request', schema: text },
  PreferenceApplied: { description: '`wait=N` if the response waited for the run', schema: text },
  Link: { description: 'Link to the next page, `rel="next"` (RFC 8288)', schema: text },
  WwwAuthenticate: { description: 'Authentication scheme', schema: text },
  ContentDigest: { description: 'SHA-256 of the body in base64 (RFC 9530)', schema: text },
  ETag: { description: 'SHA-256 of the body in hex', schema: text },
} as const satisfies Record<string, SchemaObject>;

export type SharedHeader = keyof typeof sharedHeaders;

const headerNames: Partial<Record<SharedHeader, string>> = {
  RequestId: 'X-Request-Id',
  RateLimitLimit: 'RateLimit-Limit',
  RateLimitRemaining: 'RateLimit-Remaining',
  RateLimitReset: 'RateLimit-Reset',
  RetryAfter: 'Retry-After',
  IdempotentReplayed: 'Idempotent-Replayed',
  PreferenceApplied: 'Preference-Applied',
  WwwAuthenticate: 'WWW-Authenticate',
  ContentDigest: 'Content-Digest',
};

/** Returns references to shared headers, by HTTP header name. */
export function referHeaders(headers: readonly SharedHeader[]): SchemaObject {
  return Object.fromEntries(
    headers.map((header) => [headerNames[header] ?? header, { $ref: `#/components/headers/${header}` }]),
  );
}
