import { connect } from 'node:net';

export type RawExchange = {
  /** Reads of the socket. */
  reads: { atMs: number; bytes: Buffer }[];
  /** All received bytes, also as text. */
  bytes: Buffer;
  text: string;
  /** End of the exchange: closed by the server, an error code, or `waitMs` of silence. */
  ended: 'closed' | 'silence' | string;
};

/** Sends one POST over a raw socket. */
export function rawExchange(url: string, body: object, options: { waitMs?: number; headers?: string } = {}) {
  const { hostname, port, pathname } = new URL(url);
  const bytes = JSON.stringify(body);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(bytes)}\r\n${options.headers ?? 'connection: close\r\n'}\r\n`;
  return new Promise<RawExchange>((resolve) => {
    const reads: RawExchange['reads'] = [];
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    const finish = (ended: RawExchange['ended']) => {
      socket.destroy();
      const all = Buffer.concat(reads.map((read) => read.bytes));
      resolve({ reads, ended, bytes: all, text: all.toString('utf8') });
    };
    socket.setTimeout(options.waitMs ?? 2_000, () => finish('silence'));
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
    socket.on('end', () => finish('closed'));
    socket.on('data', (chunk) => reads.push({ atMs: performance.timeOrigin + performance.now(), bytes: chunk }));
    socket.write(`${head}${bytes}`);
  });
}
