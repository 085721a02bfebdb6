import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildSchedule, type ReplaySchedule } from './build-schedule.ts';
import { serveExchanges } from './serve-exchanges.ts';

/** `npm run replay -- exchange.json` serves recorded exchanges again with their timing. */

const usageText = `Usage: npm run replay -- EXCHANGE.json … [--port PORT]

Serves recorded exchanges over HTTP/1.1 on this machine, with the bytes and the times of the recording. The requests get
the exchanges in the order of the files; after the last one comes the first one.

  EXCHANGE.json  Recorded exchange (GET /v1/runs/{runId}/exchanges/{exchangeId})
  --port PORT    Port on 127.0.0.1 (default 8799; 0 chooses a free one)
`;

async function readSchedule(file: string): Promise<ReplaySchedule> {
  try {
    return buildSchedule(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

try {
  const options = { port: { type: 'string', default: '8799' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help === true) console.log(usageText);
  else if (positionals.length === 0) throw new Error(`Specify at least one file.\n\n${usageText}`);
  else {
    const schedules = await Promise.all(positionals.map(readSchedule));
    const server = await serveExchanges(schedules, Number(values.port));
    for (const [index, { title, notes }] of schedules.entries())
      console.log([`${positionals[index]}: ${title}`, ...notes.map((note) => `  Note: ${note}`)].join('\n'));
    console.log(`Replaying at ${server.url}. Use it as the baseUrl of a target. Press Ctrl+C to stop.`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
