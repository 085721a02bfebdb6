/** Errors of AWS, by name, that occur when a service is overloaded or unreachable. A later attempt can succeed. */
const overloadNames = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'LimitExceededException',
  'InternalServerError',
  'InternalError',
  'ServiceUnavailable',
  'SlowDown',
  'TimeoutError',
]);
const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** Returns whether the service of an error is overloaded or cannot be reached. */
export function isOverload(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return overloadNames.has(error.name) || connectionCodes.has('code' in error ? String(error.code) : '');
}
