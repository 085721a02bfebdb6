import type { Operation } from '../../functions/api/http/operation.ts';
import { type ErrorCode, errorCodes } from '../../shared/errors/app-error.ts';
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

/** Returns references to the shared headers, by HTTP header name. */
export function referHeaders(headers: readonly SharedHeader[]): SchemaObject {
  return Object.fromEntries(
    headers.map((header) => [headerNames[header] ?? header, { $ref: `#/components/headers/${header}` }]),
  );
}

/** Responses that several operations share, by name. Describing an operation adds its responses to the map. */
export type SharedAnswers = Map<string, SchemaObject>;

/** Describes the error responses of an operation. Each status has one response with all its error codes. */
export function describeErrors(operation: Operation, shared: SharedAnswers): Record<string, SchemaObject> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of listErrorCodes(operation)) {
    const { status } = errorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([status, codes]) => {
      const name = codes.map(toPascalCase).join('Or');
      shared.set(name, describeError(status, codes));
      return [String(status), { $ref: `#/components/responses/${name}` }];
    }),
  );
}

function toPascalCase(code: string): string {
  return code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const alwaysPossible = ['NOT_ACCEPTABLE', 'MISDIRECTED_REQUEST', 'INTERNAL', 'UNAVAILABLE', 'FORBIDDEN'] as const;

/** Lists all error codes of an operation: those that it declares, and those that follow from its inputs. */
export function listErrorCodes({ scope, errors, params, query, headers, body }: Operation): ErrorCode[] {
  const codes: ErrorCode[] = [...errors, ...alwaysPossible];
  if (scope !== null) codes.push('UNAUTHENTICATED', 'RATE_LIMITED');
  if (params !== undefined) codes.push('NOT_FOUND');
  if (query !== undefined || headers !== undefined) codes.push('INVALID_REQUEST');
  if (body !== undefined)
    codes.push(body.faultCode, 'INVALID_REQUEST', 'INVALID_BODY', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  return Object.keys(errorCodes).filter((code): code is ErrorCode => codes.includes(code as ErrorCode));
}

function describeError(status: number, codes: readonly ErrorCode[]): SchemaObject {
  const description = codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join('; ');
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const headers: SharedHeader[] = ['RequestId'];
  if (status === 401) headers.push('WwwAuthenticate');
  if (status === 429 || status === 409 || status === 503) headers.push('RetryAfter');
  return { description, headers: referHeaders(headers), content };
}
