import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../shared/adapters/dynamodb/table.ts';
import { fillRun, runId } from '../../test/support/factories/fill-run.ts';
import { createStores } from '../../test/support/service/create-stores.ts';
import { describeMachine } from '../peers/describe-machine.ts';
import { type Finalized, finalizedSchema, renderFinalizer } from './render-finalizer.ts';

/*
 * `npm run bench:finalizer -- [--samples 10000,100000,1000000] [--runs 3] [--memory 1024] [--flush 2000]`: measures the time
 * and memory to finalize a run. It fills the table as workers would that flush every `flush` ms. Then a process with a heap
 * of `memory` MiB finalizes the run, `runs` times.
 */

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '10000,100000,1000000' },
    runs: { type: 'string', default: '3' },
    memory: { type: 'string', default: '1024' },
    flush: { type: 'string', default: '2000' },
  },
});
const sizes = values.samples.split(',').map(Number);
const runs = Number(values.runs);
const flushMs = Number(values.flush);

const rows: { samples: number; finalized: Finalized[] }[] = [];
for (const samples of sizes) rows.push({ samples, finalized: await measure(samples) });
console.log(`\n${describeMachine()}\n- ${runs} runs of each size: median (minimum–maximum)\n`);
console.log(renderFinalizer(rows));

async function measure(samples: number): Promise<Finalized[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tokenmeter-finalizer-'));
  const store = fork(entry('store-process.ts'), [directory]);
  try {
    const [endpoint] = (await once(store, 'message')) as [string]; // the only message of that process
    const client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: endpoint });
    const tableName = 'tokenmeter-bench';
    await ensureTable(client, tableName);
    const stores = createStores(client, tableName);
    let blocks = 0;
    await fillRun(stores, samples, flushMs, () => {
      blocks += 1;
      if (blocks % 100 === 0) process.stderr.write(`\r${samples} samples: ${blocks} blocks written`);
    });
    process.stderr.write(`\r${samples} samples: ${blocks} blocks written\n`);
    const finalized: Finalized[] = [];
    for (let run = 0; run < runs; run++) {
      await stores.runs.update(runId, {}, { status: 'finalizing', endStatus: null, endedAtMs: null });
      finalized.push(await finalizeOnce(endpoint, tableName));
      process.stderr.write(`${samples} samples: finalized in ${finalized.at(-1)?.tookMs.toFixed(0)} ms\n`);
    }
    client.destroy();
    return finalized;
  } finally {
    store.disconnect();
    await once(store, 'exit');
    await rm(directory, { recursive: true });
  }
}

async function finalizeOnce(endpoint: string, tableName: string): Promise<Finalized> {
  const limits = [`--max-old-space-size=${values.memory}`];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...limits,
    entry('finalize-process.ts'),
    endpoint,
    tableName,
  ]);
  return finalizedSchema.parse(JSON.parse(stdout));
}

function entry(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
