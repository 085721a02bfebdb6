import { parentPort, workerData } from 'node:worker_threads';

/* Sets timers at a fixed interval and reports how late each fires: the machine's own delay. */

const stepMs = Number(workerData);
const latenessMs: number[] = [];
const originMs = performance.now();
let next = 1;
let timer: NodeJS.Timeout;

function tick(): void {
  const nowMs = performance.now() - originMs;
  while (next * stepMs <= nowMs) latenessMs.push(nowMs - next++ * stepMs);
  timer = setTimeout(tick, Math.max(1, next * stepMs - nowMs));
}

timer = setTimeout(tick, stepMs);
parentPort?.once('message', () => {
  clearTimeout(timer);
  parentPort?.postMessage(latenessMs);
});
