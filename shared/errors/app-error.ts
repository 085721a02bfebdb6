/**
 * Lists the API's error codes with their HTTP status, title, cause, and remedy. Error responses, the OpenAPI document,
 * and the error reference are derived from this table. The texts may contain `code` in backticks.
 */
export const errorCodes = {
  INVALID_BODY: {
    status: 400,
    title: 'The body is not valid JSON',
    cause: 'The body is empty, is not UTF-8, or is not valid JSON. `detail` contains the position.',
    cure: 'Send valid JSON (RFC 8259). If your shell changes quotes, send a file: `-d @spec.json`.',
  },
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is not valid',
    cause: 'A parameter, header or body field does not match the schema of the operation.',
    cure: 'Correct each fault in `faults`. Each entry contains the location, the problem, and the remedy.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'An API key is required',
    cause: 'The `Authorization` header is missing, empty or malformed, or its key is unknown, revoked or expired.',
    cure: 'Send `Authorization: Bearer tm_…`. A local service stores the first key in `.data/local-api-key`. Create more keys with `POST /v1/api-keys`.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Not allowed',
    cause: 'The key does not have the required scope, or a page on another website sent the request.',
    cure: 'Use a key that has the scope in `detail`. Call the API from a program, not from a page on another website.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'Not found',
    cause:
      'The path or resource does not exist, was deleted, or belongs to another tenant. The API does not distinguish these cases.',
    cure: 'Check the path, and compare the id with the list of its resource type. Ids start with their type, such as `run_…`.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    cause: 'The path exists but does not support this method.',
    cure: 'Use one of the methods in the `Allow` header.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'Media type not available',
    cause: 'The `Accept` header excludes every media type of the operation.',
    cure: 'Send a media type that `detail` lists, or omit the `Accept` header.',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflict with the current state',
    cause: 'The state of the run or resource does not allow this operation. `detail` contains the state.',
    cure: 'Read the resource again. If a run is active, wait for it to finish or cancel it.',
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    title: 'The idempotency key was already used for another request',
    cause:
      'The same `Idempotency-Key` was sent with a different body or path within the last 24 hours, or its first request is still in progress.',
    cure: 'Use a new key for each new request. If the first request is in progress, retry after `Retry-After`.',
  },
  GONE: {
    status: 410,
    title: 'The resource of the idempotency key was deleted',
    cause: 'A request with this `Idempotency-Key` created the resource in `detail`, which was deleted since.',
    cure: 'Use a new idempotency key to create the resource again.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'The resource has changed',
    cause: 'The `If-Match` header does not contain the present `ETag` of the resource.',
    cure: 'Read the resource again, and send the change with its new `ETag`. An active run has a new one with each progress.',
  },
  REPORT_NOT_READY: {
    status: 409,
    title: 'The report is not ready',
    cause: 'The run is not finished.',
    cure: 'Wait for the run with `GET /v1/runs/{runId}` and `Prefer: wait=25`, or subscribe to a webhook.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    cause: 'The body is larger than this deployment accepts.',
    cure: 'Send at most the number of bytes in `detail`. Upload long prompts as a dataset.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    cause: 'The `Content-Type` is missing or not supported by the operation, or the body is compressed.',
    cure: "Send the media type that `faults` names, in UTF-8 and uncompressed. `curl -d` alone sends a form; add `-H 'Content-Type: application/json'`.",
  },
  MISDIRECTED_REQUEST: {
    status: 421,
    title: 'The Host header contains an unknown host name',
    cause: 'The deployment accepts only its own host names, which prevents DNS rebinding.',
    cure: 'Use a host name that `faults` lists, or add yours to `ALLOWED_HOSTS`.',
  },
  INVALID_SPEC: {
    status: 422,
    title: 'The run spec is not valid',
    cause: 'The body is valid JSON, but this deployment cannot run the spec.',
    cure: 'Correct each entry in `faults`. The API checks the fields of a `mode`, `kind`, `distribution` or `protocol` after its value is valid. It checks addresses, ids and deployment limits after every field matches its schema.',
  },
  NUMBER_OUT_OF_RANGE: {
    status: 422,
    title: 'A number is out of range',
    cause: 'A number in the body is neither 0 nor from 1e-130 to 9.99e125 in absolute value, so it cannot be stored.',
    cure: 'Correct each number in `faults`.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    cause: 'The key, or all keys of the tenant together, exceeded the requests per minute.',
    cure: 'Retry after the seconds in `Retry-After`. To poll less often, use `Prefer: wait=25`.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The head of the request is too large',
    cause: 'The request line and the headers have more bytes than the service accepts, about 16,000 (on AWS, 10,240).',
    cure: 'Send fewer or shorter headers, and a shorter URL.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    title: 'Quota exceeded',
    cause: 'The tenant reached one of its limits, such as the number of active runs. `detail` contains the limit.',
    cure: 'Wait for a run to finish, or delete what you no longer need. `GET /v1/usage` shows each limit, its use, and the setting that raises it.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal error',
    cause: 'The service failed. The request did not cause this error.',
    cure: 'Retry, with the same `Idempotency-Key` if the request creates a resource. Include the `requestId` in a support request.',
  },
  UNAVAILABLE: {
    status: 503,
    title: 'Temporarily unavailable',
    cause: 'A database or queue does not respond, or the service reads too many files at the same time.',
    cure: 'Retry after the seconds in `Retry-After`.',
  },
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** Describes one problem of a request, its location (JSON pointer, `?parameter`, or `header:name`), and its remedy. */
export type Fault = { pointer: string; fault: string; remedy: string };

/** Returns a list that contains the fault if `isWrong` is true, or an empty list. */
export function findFault(isWrong: boolean, fault: Fault): Fault[] {
  return isWrong ? [fault] : [];
}

/** Reports an expected failure. The API converts it to problem details, so the message must not contain secrets. */
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

/** Maximum number of faults in an error response. A longer list would not help the reader. */
export const maxFaults = 50;

/**
 * Throws an AppError with this code and these faults. Does nothing if there are no faults.
 * @param total number of faults, including those that are not in the list
 */
export function throwFaults(code: ErrorCode, faults: Fault[], total = faults.length): void {
  const [first] = faults;
  if (first === undefined) return;
  const where = first.pointer === '' ? 'The body' : first.pointer;
  const more = total === 1 ? '' : `, and ${total - 1} more`;
  throw new AppError(code, `${where} ${first.fault}${more}`, { faults });
}

/** Formats a path into a document as a JSON pointer (RFC 6901). */
export function buildJsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
