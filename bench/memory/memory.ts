import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ownServers } from '../../shared/egress/own-servers.ts';
import { AnswerReading } from '../../shared/measure/answer-reading.ts';
import { createInstrument } from '../../shared/measure/create-instrument.ts';
import type { ExchangePart, PreparedRequest } from '../../shared/measure/instrument.ts';
import { interpretInSteps } from '../../shared/measure/interpret-exchange.ts';
import { createAnswerLimits } from '../../shared/measure/read-answer.ts';
import { loadDialect } from '../../shared/protocols/load-dialect.ts';
import { defaultMaxResponseBytes } from '../../shared/response-limit.ts';
import { runInSlices } from '../../shared/time-slices.ts';
import { describeMachine } from '../peers/describe-machine.ts';

/* `npm run bench:memory`: measures a worker's memory while it reads many long answers at the same time. */

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '64' }, tokens: { type: 'string', default: '200000' } },
});
const streams = Number(values.streams);
const tokens = Number(values.tokens);

const server = fork(new URL('./long-answers-server.ts', import.meta.url), [String(tokens)]);
const [message] = await once(server, 'message');
const { port } = z.object({ port: z.number() }).parse(message);
const dialect = await loadDialect('openai-chat');
const limits = createAnswerLimits(defaultMaxResponseBytes);
const readings = new Map<number, AnswerReading>();
const outcomes: Record<string, number> = {};
let bytes = 0;
let peakBytes = 0;
let disturbed = 0;
let reading: Promise<unknown> = Promise.resolve();
const watch = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 50);

async function* prepareRequests(): AsyncGenerator<PreparedRequest> {
  for (let index = 0; index < streams; index++) yield { index, body: new TextEncoder().encode('{}') };
}

function readPart(part: ExchangePart): Promise<void> {
  const known = readings.get(part.index) ?? new AnswerReading(dialect, limits);
  readings.set(part.index, known);
  const read = reading.then(() => runInSlices(known.feed(part)));
  reading = read;
  return read;
}

const url = `http://127.0.0.1:${port}/v1/chat/completions`;
const session = await createInstrument({ egress: ownServers }).openSession(
  { protocol: 'openai-chat', url, headers: {}, connection: 'reuse' },
  { requestTimeoutMs: 3_600_000, firstTokenTimeoutMs: null, stallTimeoutMs: 3_600_000 },
);
const startBytes = process.memoryUsage.rss();
const startMs = performance.now();
const load = { mode: 'concurrency', concurrency: streams } as const;
const phase = session.run(
  { load, count: streams, requests: prepareRequests(), startAtMs: null, lastStartAtMs: null },
  (exchange) => {
    reading = reading.then(async () => {
      const known = readings.get(exchange.index);
      const read = await runInSlices(interpretInSteps(exchange, dialect, { secrets: [], limits, reading: known }));
      readings.delete(exchange.index);
      const result = `${read.outcome}, ${read.outputEvents} events`;
      outcomes[result] = (outcomes[result] ?? 0) + 1;
      bytes += read.bytes;
      if (exchange.disturbed) disturbed++;
    });
  },
  readPart,
);
await phase.done;
await reading;
clearInterval(watch);
await session.close();
server.kill();
const toMb = (value: number) => Math.round(value / 1_000_000);
console.log(
  [
    describeMachine(),
    `${streams} streams of ${tokens} tokens: ${toMb(bytes)} MB in ${((performance.now() - startMs) / 1_000).toFixed(0)} s`,
    `outcomes: ${JSON.stringify(outcomes)}; disturbed: ${disturbed}`,
    `memory of the process: ${toMb(startBytes)} MB before, ${toMb(peakBytes)} MB at the peak`,
  ].join('\n'),
);
