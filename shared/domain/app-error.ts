/** Every error code the API can answer, with its HTTP status and title: the one table both are derived from. */
export const errorCodes = {
  INVALID_BODY: { status: 400, title: 'The body is not valid JSON' },
  INVALID_REQUEST: { status: 400, title: 'The request is not valid' },
  UNAUTHENTICATED: { status: 401, title: 'An API key is needed' },
  FORBIDDEN: { status: 403, title: 'Not allowed' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  NOT_ACCEPTABLE: { status: 406, title: 'No such representation' },
  CONFLICT: { status: 409, title: 'Conflicts with the present state' },
  IDEMPOTENCY_CONFLICT: { status: 409, title: 'The idempotency key was used for another request' },
  REPORT_NOT_READY: { status: 409, title: 'The report is not ready' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported media type' },
  MISDIRECTED_REQUEST: { status: 421, title: 'The Host header names another host' },
  INVALID_SPEC: { status: 422, title: 'The run spec is not valid' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  QUOTA_EXCEEDED: { status: 429, title: 'Too many active runs' },
  INTERNAL: { status: 500, title: 'Internal error' },
  UNAVAILABLE: { status: 503, title: 'Temporarily unavailable' },
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** One thing wrong with a request: where (JSON pointer into the body, or `?name`/`header:name`), what, and what to do. */
export type Fault = { pointer: string; fault: string; remedy: string };

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
