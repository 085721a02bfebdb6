import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import type { Entry } from './recording.ts';

/*
 * A proxy of TCP connections in a process of its own. It stamps each read with the monotonic clock, passes it on, and
 * keeps it. On SIGTERM, it writes all reads to a file. Arguments: own port, port of the server, file.
 */

const [ownPort, serverPort, file = ''] = process.argv.slice(2);
const entries: { entry: Omit<Entry, 'base64'>; bytes: Buffer }[] = [];
let connections = 0;

const proxy = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const connection = connections++;
  const server = net.connect({ port: Number(serverPort), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  pass('request', client, server);
  pass('response', server, client);

  function pass(kind: 'request' | 'response', from: net.Socket, to: net.Socket) {
    from.on('data', (bytes: Buffer) => {
      const atMs = performance.now();
      to.write(bytes);
      entries.push({ entry: { connection, kind, atMs }, bytes });
    });
    from.on('end', () => {
      entries.push({ entry: { connection, kind: `${kind}-end`, atMs: performance.now() }, bytes: Buffer.alloc(0) });
      to.end();
    });
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => to.end());
  }
});

proxy.listen(Number(ownPort), '127.0.0.1', () => console.log('ready'));
process.once('SIGTERM', async () => {
  const lines = entries.map(({ entry, bytes }) => JSON.stringify({ ...entry, base64: bytes.toString('base64') }));
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  process.exit(0);
});
// Standard input is a pipe that ends with the parent, which ends this process.
process.stdin.resume().once('end', () => process.exit(1));
