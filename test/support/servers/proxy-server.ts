import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/** A proxy for tests: the requests it received. */
export type ProxyServer = { port: number; asked: string[]; close(): Promise<void> };

type ProxyOptions = {
  /** Port of this machine that every request goes to, for any host. */
  targetPort: number;
  /** Login (`user:password`) that the proxy requires. */
  login?: string;
};

/** Starts an HTTP proxy, for absolute URLs and for CONNECT. */
export async function startHttpProxy({ targetPort, login }: ProxyOptions): Promise<ProxyServer> {
  const asked: string[] = [];
  const isRefused = ({ headers }: http.IncomingMessage) =>
    login !== undefined && headers['proxy-authorization'] !== `Basic ${Buffer.from(login).toString('base64')}`;
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (isRefused(request)) return response.writeHead(407).end();
    const { pathname } = new URL(request.url ?? '');
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const forwarded = http.request({ port: targetPort, path: pathname, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    return request.pipe(forwarded);
  });
  server.on('connect', (request, socket: net.Socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (isRefused(request)) return socket.end('HTTP/1.1 407 Login\r\n\r\n');
    socket.write('HTTP/1.1 200 Open\r\n\r\n');
    return joinSockets(socket, net.connect(targetPort, '127.0.0.1'));
  });
  return listen(server, asked);
}

/** Starts a SOCKS5 proxy. Waits for each message of the client as a whole, which holds on loopback. */
export async function startSocksProxy({ targetPort, login }: ProxyOptions): Promise<ProxyServer> {
  const asked: string[] = [];
  const server = net.createServer(async (socket) => {
    socket.on('error', () => {});
    const read = async (): Promise<Buffer> => (await once(socket, 'data'))[0];
    await read();
    socket.write(Uint8Array.of(5, login === undefined ? 0 : 2));
    if (login !== undefined) {
      const bytes = await read();
      const user = bytes.toString('utf8', 2, 2 + (bytes[1] ?? 0));
      const given = `${user}:${bytes.toString('utf8', 3 + user.length)}`;
      socket.write(Uint8Array.of(1, given === login ? 0 : 1));
      if (given !== login) return socket.end();
    }
    const wanted = await read();
    const name = wanted[3] === 3 ? wanted.toString('latin1', 5, 5 + (wanted[4] ?? 0)) : 'an address';
    asked.push(`${name}:${wanted.readUInt16BE(wanted.length - 2)}`);
    socket.write(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    return joinSockets(socket, net.connect(targetPort, '127.0.0.1'));
  });
  return listen(server, asked);
}

function joinSockets(...[one, other]: [net.Socket, net.Socket]): void {
  for (const socket of [one, other]) socket.on('error', () => {});
  one.pipe(other).pipe(one);
}

async function listen(server: net.Server, asked: string[]): Promise<ProxyServer> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // an object, because it listens on an address and not on a pipe
  return {
    port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
