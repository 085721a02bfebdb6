import { performance } from 'node:perf_hooks';

/* Loads a bundle as Lambda would, in a process of its own, and hands its handler one event; prints what came of it. */

const [path = '', event = '{}'] = process.argv.slice(2);
const startMs = performance.now();
const { handler } = await import(path);
const initMs = performance.now() - startMs;
const answer: unknown = await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 10_000 });
const answeredMs = performance.now() - startMs - initMs;
process.stdout.write(JSON.stringify({ initMs, answeredMs, answer, canCollect: globalThis.gc !== undefined }), () =>
  process.exit(0),
);
