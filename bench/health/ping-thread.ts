import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

/* A thread that requests a URL again and again, so that the work of the main thread does not delay it. */

const intervalMs = 5;
const url = z.string().parse(workerData);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let latenciesMs: number[] = [];

function ping(): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (response) => {
        response.resume();
        response.on('end', resolve);
      })
      .on('error', reject);
  });
}

parentPort?.on('message', () => {
  parentPort?.postMessage(latenciesMs);
  latenciesMs = [];
});
for (;;) {
  const startMs = performance.now();
  await ping();
  latenciesMs.push(performance.now() - startMs);
  await delay(intervalMs);
}
