import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { subjectNames } from './measurement.ts';
import { renderHead, renderRow } from './render-accuracy.ts';
import type { Row } from './row.ts';
import { type Run, runRow, startReference } from './run-row.ts';

/* `npm run bench:accuracy`: the instrument's error against the log of a reference server, beside a bare socket reader's. */

const usage = `npm run bench:accuracy -- [options]
  --streams 64,300   only rows with these streams          (1,16,64,128,300)
  --rate 33          only rows with these tokens a second  (33,100)
  --chunk 1          only rows with these tokens a chunk   (1,10)
  --runs 3           runs of each row, instrument and floor in turn
  --seconds 4        length of a run
  --json FILE        all figures of all runs
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
  for (const row of rowsOf()) {
    const runs: Run[] = [];
    for (let k = 0; k < options.runs; k++)
      for (const subject of subjectNames) {
        tellProgress(row, `run ${k + 1} of ${options.runs}, ${subject}`);
        runs.push(await runRow(reference, subject, row));
      }
    tellProgress(row, '');
    console.log(renderRow(row, runs));
    results.push({ row, runs });
  }
  reference.close();
  const report = { at: new Date().toISOString(), machine: describeMachine(), results };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 1)}\n`);
}

function rowsOf(): Row[] {
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

/** On the error stream, and only where somebody looks: the table alone goes to the output. */
function tellProgress({ streams, tokensPerSecond }: Row, text: string): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[K${text === '' ? '' : `${streams} streams × ${tokensPerSecond}/s: ${text}`}`);
}
