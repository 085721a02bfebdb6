const names = new Set([
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'date',
  'retry-after',
  'retry-after-ms',
  'server',
  'via',
  'x-request-id',
  'request-id',
  'apim-request-id',
  'x-amzn-requestid',
  'x-amzn-errortype',
  'openai-processing-ms',
]);
const maxValueLength = 500;

/** The response headers that help to understand a measurement; `x-ratelimit-*` too. Bounded; names in lower case. */
export function pickHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (names.has(name) || name.startsWith('x-ratelimit-')) picked[name] = value.slice(0, maxValueLength);
  }
  return picked;
}
