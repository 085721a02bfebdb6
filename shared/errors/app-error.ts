/**
 * Every error code the API can answer, with its HTTP status, title, and what brings it about and mends it: the one table
 * that answers, the contract and its page are derived from. Texts may mark `code`.
 */
export const errorCodes = {
  INVALID_BODY: {
    status: 400,
    title: 'The body is not valid JSON',
    cause: 'The body is empty, is not UTF-8, or breaks off being JSON at the place that is named.',
    cure: 'Send JSON (RFC 8259), as a file (`-d @spec.json`) where a shell may change quotes.',
  },
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is not valid',
    cause: 'A parameter, a header or a field of the body is not what the operation takes.',
    cure: 'Each entry of `faults` points to one of them and says what to give instead.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'An API key is needed',
    cause: 'The `Authorization` header is missing, empty or malformed, or its key is unknown, revoked or expired.',
    cure: 'Send `Authorization: Bearer tm_…`. On one machine the first key is in `.data/local-api-key`; others come from `POST /v1/api-keys`.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Not allowed',
    cause: 'The key lacks the scope that the operation needs, or a page of another site made the request.',
    cure: 'Use a key with the scope that is named; call from a program, not from a page of another site.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'Not found',
    cause: 'Nothing has this path or id, it was deleted, or it belongs to another tenant: these are not told apart.',
    cure: 'Compare the id with the list of its kind; ids have the form `run_…`, by kind.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    cause: 'The path exists, but not with this method.',
    cure: 'Use one of the methods in the `Allow` header.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'No such representation',
    cause: 'The `Accept` header takes none of the media types that the operation gives.',
    cure: 'Send one that `detail` names, or no `Accept` header.',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflicts with the present state',
    cause: 'The run or resource is in a state in which this is not possible, as `detail` says.',
    cure: 'Read the resource again; wait for a run to end, or cancel it, first.',
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    title: 'The idempotency key was used for another request',
    cause:
      'The same `Idempotency-Key` came with another body or path within 24 hours, or its first request is under way still.',
    cure: 'Use a new key for a new request; after `Retry-After`, repeat one that is under way.',
  },
  REPORT_NOT_READY: {
    status: 409,
    title: 'The report is not ready',
    cause: 'The run has not ended.',
    cure: 'Wait for its end with `GET /v1/runs/{runId}` and `Prefer: wait=60`, or by webhook.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    cause: 'The body has more bytes than this deployment takes.',
    cure: 'Send at most as many as `detail` names; prompts beyond that go into a dataset.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    cause: 'The `Content-Type` is missing or another than the operation takes, or the body is compressed.',
    cure: "Send the type that is named, in UTF-8 and not compressed. (`curl -d` alone sends a form: add `-H 'Content-Type: application/json'`.)",
  },
  MISDIRECTED_REQUEST: {
    status: 421,
    title: 'The Host header names another host',
    cause: 'The deployment answers to certain host names only, so that no other name can be pointed at it.',
    cure: 'Call it by a name that is listed, or allow more by `ALLOWED_HOSTS`.',
  },
  INVALID_SPEC: {
    status: 422,
    title: 'The run spec is not valid',
    cause: 'The JSON is sound, but the spec in it cannot be run here as it stands.',
    cure: 'Each entry of `faults` points to one field and says what to give instead. What stands under a wrong `mode`, `kind`, `distribution` or `protocol` is looked at once that is right; what hangs together (addresses, ids, the limits of this deployment), once every field is of its form.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    cause: 'The key made more requests in this minute than it may.',
    cure: 'Wait for the seconds in `Retry-After`; ask less often with `Prefer: wait=60`.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    title: 'Too many active runs',
    cause: 'The tenant has as many active runs as it may.',
    cure: 'Wait for one to end, or cancel one.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal error',
    cause: 'Something went wrong here, not in the request.',
    cure: 'Repeat it, with the same `Idempotency-Key` where it creates something; quote the `requestId` when you ask for help.',
  },
  UNAVAILABLE: {
    status: 503,
    title: 'Temporarily unavailable',
    cause: 'A store or a queue does not answer just now.',
    cure: 'Repeat it after `Retry-After`.',
  },
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** One thing wrong with a request: where (JSON pointer into the body, or `?name`/`header:name`), what, and what to do. */
export type Fault = { pointer: string; fault: string; remedy: string };

/** Returns a list of the fault if it is one, and else an empty list. */
export function findFault(isWrong: boolean, fault: Fault): Fault[] {
  return isWrong ? [fault] : [];
}

/** An expected failure of a use case; doors turn it into problem details. The detail is safe to show. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly faults: Fault[];
  readonly retryAfterSeconds: number | null;
  constructor(
    code: ErrorCode,
    detail: string,
    options: { faults?: Fault[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}
