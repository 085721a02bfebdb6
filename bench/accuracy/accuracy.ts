import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { renderHead, renderSubjects } from './render-accuracy.ts';
import type { Row } from './row.ts';
import { subjectNames } from './row.ts';
import { type Run, runRow, startReference } from './run-row.ts';

/* `npm run bench:accuracy`: compares the instrument and a bare socket reader with the log of a reference server. */

const usage = `Usage: npm run bench:accuracy -- [options]

  --streams LIST   Concurrent streams (default 1,16,64,128,300)
  --rate LIST      Tokens per second of each stream (default 33,100)
  --chunk LIST     Tokens per chunk (default 1,10)
  --runs N         Runs of each row; the instrument and the floor alternate (default 3)
  --seconds N      Length of a run (default 4)
  --json FILE      File for the values of all runs
`;
const numbers = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.number().positive()));
const optionsSchema = z.object({
  streams: numbers,
  rate: numbers,
  chunk: numbers,
  runs: z.coerce.number().int().min(1),
  seconds: z.coerce.number().int().min(1),
  json: z.string().optional(),
  help: z.boolean(),
});

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '1,16,64,128,300' },
    rate: { type: 'string', default: '33,100' },
    chunk: { type: 'string', default: '1,10' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const options = optionsSchema.parse(values);
if (options.help) console.log(usage);
else await bench();

async function bench(): Promise<void> {
  console.log(`${describeMachine()}; ${options.runs} runs of ${options.seconds} s\n`);
  console.log(renderHead());
  const reference = await startReference();
  const results: { row: Row; runs: Run[] }[] = [];
  for (const row of listRows()) {
    const runs: Run[] = [];
    for (let k = 0; k < options.runs; k++)
      for (const subject of subjectNames) {
        showProgress(row, `run ${k + 1} of ${options.runs}, ${subject}`);
        runs.push(await runRow(reference, subject, row));
      }
    showProgress(row, '');
    console.log(renderSubjects(row, runs));
    results.push({ row, runs });
  }
  reference.close();
  const report = { at: new Date().toISOString(), machine: describeMachine(), results };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 1)}\n`);
}

function listRows(): Row[] {
  const { seconds } = options;
  return options.chunk.flatMap((tokensPerChunk) =>
    options.rate.flatMap((tokensPerSecond) =>
      options.streams.map((streams) => ({ streams, tokensPerSecond, tokensPerChunk, seconds })),
    ),
  );
}

function describeMachine(): string {
  const load = loadavg().map((value) => value.toFixed(1));
  return `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? '?'}, ${process.platform} ${release()}, load average ${load.join(' ')}`;
}

/** Writes to standard error and only on a terminal, so that standard output has only the table. */
function showProgress({ streams, tokensPerSecond }: Row, text: string): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[K${text === '' ? '' : `${streams} streams × ${tokensPerSecond}/s: ${text}`}`);
}
