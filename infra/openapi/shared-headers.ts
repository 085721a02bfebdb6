import type { SchemaObject } from './schema-components.ts';

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };

/** Response headers that more than one operation sends. */
export const sharedHeaders = {
  RequestId: { description: 'As in X-Request-Id of the request, where there was one', schema: text },
  RateLimitLimit: { description: 'Requests a minute that the key may make', schema: whole },
  RateLimitRemaining: { description: 'Of those, left in this window', schema: whole },
  RateLimitReset: { description: 'Seconds until the window ends', schema: whole },
  RetryAfter: { description: 'Seconds to wait before asking again', schema: whole },
  Location: { description: 'Where the resource is, relative to this API', schema: text },
  IdempotentReplayed: { description: '`true` where this is the answer to an earlier request', schema: text },
  PreferenceApplied: { description: '`wait=N` where it was waited for', schema: text },
  Link: { description: 'The next page, `rel="next"` (RFC 8288)', schema: text },
  WwwAuthenticate: { description: 'How to authenticate', schema: text },
  ContentDigest: { description: 'SHA-256 of the body in base64 (RFC 9530)', schema: text },
  ETag: { description: 'SHA-256 of the body in hex', schema: text },
} as const satisfies Record<string, SchemaObject>;

export type SharedHeader = keyof typeof sharedHeaders;

const nameOf: Partial<Record<SharedHeader, string>> = {
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

/** References to shared headers, by the names they are sent under. */
export function referHeaders(headers: readonly SharedHeader[]): SchemaObject {
  return Object.fromEntries(
    headers.map((header) => [nameOf[header] ?? header, { $ref: `#/components/headers/${header}` }]),
  );
}
