/** A response head and the framing of the body. Header names are in lower case; repeated headers are joined. */
export type ResponseHead = {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: BodyFraming;
  keepsAlive: boolean;
  /** Whether the head has both a transfer coding and a content length. */
  hasTwoFramings: boolean;
};

/** How the end of a body is found. `close`: the body ends when the connection closes. */
export type BodyFraming = { kind: 'chunked' } | { kind: 'length'; bytes: number } | { kind: 'close' };

/** Thrown if the received bytes are not a valid HTTP/1.1 response. */
export class ResponseFault extends Error {}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*$/;

const keptHeaders = new Set([
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'date',
  'location',
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

/**
 * Parses a response head without its final blank line (RFC 9112). Rejects folded lines and bare line feeds.
 * A transfer coding overrides a content length, and the connection is then not reused (RFC 9112, section 6.3).
 * @throws ResponseFault if the head is invalid
 */
export function readResponseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split('\r\n');
  const parts = statusLine.exec(first);
  if (parts === null) throw new ResponseFault('the status line is malformed');
  const headers = readHeaders(lines);
  const status = Number(parts[2]);
  const body = chooseFraming(status, headers);
  const options = splitTokens(headers.get('connection'));
  const isOpen = parts[1] === '1' ? !options.includes('close') : options.includes('keep-alive');
  const hasTwoFramings = headers.has('transfer-encoding') && headers.has('content-length');
  return { status, headers, body, keepsAlive: isOpen && body.kind !== 'close' && !hasTwoFramings, hasTwoFramings };
}

export function isHeaderLine(text: string): boolean {
  return headerLine.test(text);
}

function readHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, given, value] = headerLine.exec(line) ?? [];
    if (given === undefined || value === undefined) throw new ResponseFault('a header line is malformed');
    const name = given.toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** Chooses how to find the end of the body of a response to a POST request (RFC 9112, section 6.3). */
function chooseFraming(status: number, headers: ReadonlyMap<string, string>): BodyFraming {
  const codings = splitTokens(headers.get('transfer-encoding'));
  const length = headers.get('content-length');
  const isLengthUsed = codings.length === 0 && length !== undefined;
  if (isLengthUsed && !/^\d{1,15}$/.test(length)) throw new ResponseFault('the content-length is malformed');
  if (status < 200 || status === 204 || status === 304) return { kind: 'length', bytes: 0 };
  if (codings.at(-1) === 'chunked') return { kind: 'chunked' };
  return isLengthUsed ? { kind: 'length', bytes: Number(length) } : { kind: 'close' };
}

function splitTokens(value: string | undefined): string[] {
  if (value === undefined) return [];
  return value
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
}

/** Picks the response headers that help to explain a measurement, including `x-ratelimit-*`. Truncates long values. */
export function pickHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (keptHeaders.has(name) || name.startsWith('x-ratelimit-')) picked[name] = value.slice(0, maxValueLength);
  }
  return picked;
}
