import { connect } from 'node:net';

export type ReadEvent = { id: string; event: string; data: string };

/** The answer to one request for events, read from the bare socket. */
export type EventAnswer = {
  status: number;
  head: string;
  events: ReadEvent[];
  comments: string[];
  retryMs: number | null;
};

/**
 * Sends a GET request over its own connection, and reads server-sent events until the answer ends. If `isEnough`
 * returns true, destroys the connection at once, as a broken network would.
 */
export async function readEvents(
  url: string,
  headers: Record<string, string>,
  isEnough: (events: readonly ReadEvent[]) => boolean = () => false,
): Promise<EventAnswer> {
  const { hostname, port, pathname, host } = new URL(url);
  const lines = Object.entries({ host, accept: 'text/event-stream', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('')}connection: close\r\n\r\n`);
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isEnough(parseAnswer(bytes).events)) continue;
    socket.destroy();
    break;
  }
  return parseAnswer(bytes);
}

function parseAnswer(bytes: Buffer): EventAnswer {
  const [head = '', ...rest] = bytes.toString('latin1').split('\r\n\r\n');
  const body = Buffer.from(rest.join('\r\n\r\n'), 'latin1');
  const text = /transfer-encoding: chunked/i.test(head) ? joinChunks(body) : body.toString('utf8');
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]), head, ...parseEvents(text) };
}

/** Joins the complete chunks of a chunked body. */
function joinChunks(body: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const size = end < 0 ? 0 : Number.parseInt(body.toString('latin1', at, end), 16);
    if (size === 0 || end + 2 + size > body.length) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Parses the complete events of a text in the format of the HTML standard (9.2.6). */
export function parseEvents(text: string): Pick<EventAnswer, 'events' | 'comments' | 'retryMs'> {
  const found: Pick<EventAnswer, 'events' | 'comments' | 'retryMs'> = { events: [], comments: [], retryMs: null };
  for (const block of text.split('\n\n').slice(0, -1)) {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const [comment, retry, data] = [fields.get(''), fields.get('retry'), fields.get('data')];
    if (comment !== undefined) found.comments.push(comment);
    if (retry !== undefined) found.retryMs = Number(retry);
    if (data !== undefined) found.events.push({ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data });
  }
  return found;
}
