import http2 from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { done, finish, text, usage } from './scripted-responses.ts';

/* HTTP/2 server (without TLS) in a separate thread, with the messages of `stamped-server-thread.ts`. */

let chunks = 1;
let gapMs = 1;
let log: { receivedAtMs: number; writtenAtMs: number[]; body: string }[] = [];
const counts = { active: 0, maxActive: 0 };
const wallMs = () => performance.timeOrigin + performance.now();

async function answer(stream: http2.ServerHttp2Stream, body: string): Promise<void> {
  // The first time is that of the head, as in the log of the other server.
  const writtenAtMs = [wallMs()];
  log.push({ receivedAtMs: writtenAtMs[0] ?? 0, writtenAtMs, body });
  counts.active++;
  counts.maxActive = Math.max(counts.maxActive, counts.active);
  stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
  for (let chunk = 0; chunk < chunks; chunk++) {
    await sleep(gapMs);
    writtenAtMs.push(wallMs());
    stream.write(text(`word ${chunk} `));
  }
  stream.end(finish + usage + done);
  counts.active--;
}

const server = http2.createServer();
server.on('stream', (stream: http2.ServerHttp2Stream) => {
  let body = '';
  stream.on('error', () => {});
  stream.on('data', (bytes: Buffer) => {
    body += bytes.toString('utf8');
  });
  stream.on('end', () => void answer(stream, body));
});
parentPort?.on('message', (message: { kind: 'log' } | { kind: 'reset'; chunks: number; gapMs: number }) => {
  if (message.kind === 'reset') {
    ({ chunks, gapMs } = message);
    log = [];
    counts.maxActive = 0;
  }
  parentPort?.postMessage({ kind: 'log', log, maxActive: counts.maxActive });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    parentPort?.postMessage({ kind: 'listening', url: `http://127.0.0.1:${address.port}` });
});
