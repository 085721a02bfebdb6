import { parentPort } from 'node:worker_threads';

/*
 * A measuring thread that is disturbed once, after the first requests of a phase have ended and the next are open. The
 * query of its URL says how: `?blockMs=` blocks its event loop, `?jumpMs=` sets the wall clock that it reads.
 */

const query = new URL(import.meta.url).searchParams;
const blockMs = Number(query.get('blockMs') ?? 0);
const jumpMs = Number(query.get('jumpMs') ?? 0);
const readWall = Date.now;
let isDone = false;

const disturb = () => {
  Date.now = () => readWall() + jumpMs;
  const untilMs = performance.now() + blockMs;
  while (performance.now() < untilMs);
};
const post = parentPort?.postMessage.bind(parentPort);
if (parentPort !== null && post !== undefined)
  parentPort.postMessage = (message, transfer) => {
    post(message, transfer);
    if (isDone || message.kind !== 'news' || message.exchanges.length === 0) return;
    isDone = true;
    setImmediate(disturb);
  };

await import('../../../shared/measure/thread/measuring-thread.ts');
