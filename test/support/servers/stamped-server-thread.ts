import { parentPort } from 'node:worker_threads';
import { chunked, done, finish, lastChunk, streamHead, text, usage, wait, write } from './scripted-responses.ts';
import { type Step, startScriptedServer } from './scripted-server.ts';

/* Scripted server in a separate thread: sends answers with a number of chunks at an interval, and logs all times. */

let chunks = 1;
let gapMs = 1;

function* answer(): Iterable<Step> {
  yield write(streamHead);
  for (let chunk = 0; chunk < chunks; chunk++) {
    yield wait(gapMs);
    yield write(chunked(text(`word ${chunk} `)));
  }
  yield write(chunked(finish + usage + done) + lastChunk);
}

const server = await startScriptedServer(answer);
parentPort?.on('message', (message: { kind: 'log' } | { kind: 'reset'; chunks: number; gapMs: number }) => {
  if (message.kind === 'reset') {
    ({ chunks, gapMs } = message);
    server.requests.length = 0;
    server.counts.maxActive = 0;
  }
  const log = server.requests.map(({ receivedAtMs, writtenAtMs, body }) => ({ receivedAtMs, writtenAtMs, body }));
  parentPort?.postMessage({ kind: 'log', log, maxActive: server.counts.maxActive });
});
parentPort?.postMessage({ kind: 'listening', url: server.url });
