import { performance } from 'node:perf_hooks';

/* Loads a bundle like Lambda, in a separate process, calls its handler with one event, and prints the outcome. */

const [path = '', event = '{}'] = process.argv.slice(2);
const startMs = performance.now();
const { handler } = await import(path);
const initMs = performance.now() - startMs;
const answer: unknown = await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 10_000 });
const answeredMs = performance.now() - startMs - initMs;
process.stdout.write(JSON.stringify({ initMs, answeredMs, answer, canCollect: globalThis.gc !== undefined }), () =>
  process.exit(0),
);
