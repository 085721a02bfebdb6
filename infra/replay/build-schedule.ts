import { type RecordedExchange, recordedExchangeSchema } from '../../shared/records/recorded-exchange.ts';

/** What the server does with the connection after the last write. */
export type ReplayEnd = { kind: 'keep' | 'close' | 'reset'; atMs: number };

/** What a server writes for one recorded exchange. Times are in ms since it has the whole request. */
export type ReplaySchedule = {
  title: string;
  /** What differs from the recorded exchange. */
  notes: string[];
  writes: { atMs: number; bytes: Buffer }[];
  end: ReplayEnd;
};

type Response = NonNullable<RecordedExchange['response']>;

/**
 * Builds the schedule of a recorded exchange. An exchange over HTTP/2 becomes one over HTTP/1.1 with a chunk for each
 * read.
 * @throws Error if the value is not a recorded exchange, or if it cannot be served
 */
export function buildSchedule(value: unknown): ReplaySchedule {
  const parsed = recordedExchangeSchema.safeParse(value);
  if (!parsed.success) throw new Error(`This is not a recorded exchange of a known version. ${parsed.error.message}`);
  const { exchangeId, outcome, httpVersion, response, errorMessage, endMs } = parsed.data;
  if (response === null) throw new Error(`The exchange has no response to serve: ${errorMessage ?? outcome}`);
  const isCut = response.omitted !== null;
  if (isCut && response.body === '') throw new Error(`The response is not recorded: ${response.omitted}`);
  const title = `exchange ${exchangeId}, outcome ${outcome}`;
  const notes = isCut ? ['The response is incomplete. The outcome may differ'] : [];
  checkTimes(response.readAtMs);
  const bytes = joinBytes(response);
  const known = sumSizes(response);
  if (known !== bytes.length)
    notes.push(`The reads have ${known} bytes, but the response has ${bytes.length}. The last read has the difference`);
  const reads = splitReads(response, bytes);
  const end = chooseEnd(response, endMs ?? response.readAtMs.at(-1) ?? 0);
  if (httpVersion === '1.1') return { title, notes, writes: reads, end };
  notes.push('The exchange used HTTP/2. It is served over HTTP/1.1');
  return { title, notes, writes: toHttp1(response, reads, end.atMs), end };
}

/** Longest time in ms until a read. A request of this service takes at most a day. */
const maxReadAtMs = 86_400_000;

function checkTimes(readAtMs: readonly number[]): void {
  if (readAtMs.some((atMs) => atMs > maxReadAtMs))
    throw new Error('A read of the response comes after more than a day');
}

function joinBytes({ statusLine, headers, body, bodyEncoding }: Response): Buffer {
  const head = statusLine === null ? '' : `${[statusLine, ...headers].join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body, decodeName(bodyEncoding))]);
}

function sumSizes({ readAtMs, readBytes }: Response): number {
  return readBytes.slice(0, readAtMs.length).reduce((sum, size) => sum + size, 0);
}

/** Divides the bytes of a response into the reads in which they came. The last read takes all that are left. */
function splitReads({ readAtMs, readBytes }: Response, bytes: Buffer) {
  const times = readAtMs.length === 0 ? [0] : readAtMs;
  let from = 0;
  return times.map((atMs, index) => {
    const to = index === times.length - 1 ? bytes.length : from + (readBytes[index] ?? 0);
    const read = { atMs, bytes: bytes.subarray(from, to) };
    from = to;
    return read;
  });
}

function decodeName(encoding: Response['bodyEncoding']): BufferEncoding {
  return encoding === 'utf-8' ? 'utf8' : 'base64';
}

function chooseEnd({ end, headers }: Response, atMs: number): ReplayEnd {
  if (end === 'closed' || end === 'reset') return { kind: end === 'reset' ? 'reset' : 'close', atMs };
  const saysClose = headers.some((line) => /^connection:[ \t]*close[ \t]*$/i.test(line));
  return { kind: end === 'complete' && saysClose ? 'close' : 'keep', atMs };
}

function toHttp1(response: Response, [head, ...reads]: ReplaySchedule['writes'], endMs: number) {
  const kept = response.headers.filter((line) => !/^(?:content-length|transfer-encoding|connection):/i.test(line));
  const status = response.statusLine?.split(' ')[1] ?? '200';
  const lines = [`HTTP/1.1 ${status}`, ...kept, 'transfer-encoding: chunked', '', ''];
  const first = { atMs: head?.atMs ?? 0, bytes: Buffer.from(lines.join('\r\n'), 'latin1') };
  const chunks = reads.map(({ atMs, bytes }) => ({ atMs, bytes: formatChunk(bytes) }));
  const last = { atMs: endMs, bytes: Buffer.from('0\r\n\r\n') };
  return [first, ...chunks, ...(response.end === 'complete' ? [last] : [])];
}

function formatChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
