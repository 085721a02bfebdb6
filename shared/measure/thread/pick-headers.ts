import type { IncomingHttpHeaders } from 'node:http';

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
export function pickHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !(names.has(name) || name.startsWith('x-ratelimit-'))) continue;
    picked[name] = (Array.isArray(value) ? value.join(', ') : value).slice(0, maxValueLength);
  }
  return picked;
}
