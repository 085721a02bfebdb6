import type { Server } from '../support/commands/start-server.ts';
import { deployStack } from './deploy-stack.ts';
import { type KnownDifference, knownDifferences } from './known-differences.ts';
import type { Place } from './place.ts';
import { runSuite, type SuiteOutcome } from './run-suite.ts';
import { startDynamodbLocal, startElasticmq, startMoto, startOwnS3 } from './start-emulators.ts';

/*
 * `npm run test:conformance`: tests the contracts of stores, queues, and objects, and whole runs, with Amazon's DynamoDB Local,
 * ElasticMQ, and moto, and the stack with moto's CloudFormation. `-- dynamodb-local elasticmq moto stack` selects parts.
 */

type Result = { title: string; outcome: SuiteOutcome };
type Part = { name: string; run(): Promise<Result[]> };
/*
 * The stores suite runs last, because it leaves active runs that a service would resume. The queue suite runs before the
 * service suite, whose last receipts still wait in moto and take messages after their client has ended.
 */

const tell = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);

async function runAll(
  title: string,
  suites: readonly Parameters<typeof runSuite>[0][],
  place: Place,
  emulators: readonly KnownDifference['emulator'][],
): Promise<Result[]> {
  const results: Result[] = [];
  const own = knownDifferences.filter(({ emulator }) => emulators.includes(emulator));
  for (const suite of suites) {
    tell(`${title}: ${suite}`);
    const outcome = await runSuite(suite, place, own, (line) => tell(`  ${line}`));
    results.push({ title: `${title}: ${suite}`, outcome });
  }
  return results;
}

async function withServers(
  starts: readonly ((tell: (line: string) => void) => Promise<Server>)[],
  use: (endpoints: string[]) => Promise<Result[]>,
): Promise<Result[]> {
  const servers: Server[] = [];
  try {
    for (const start of starts) servers.push(await start(tell));
    return await use(servers.map(({ endpoint }) => endpoint));
  } finally {
    for (const server of servers) await server.stop();
  }
}

const name = 'tokenmeter-conformance';
const parts: Part[] = [
  {
    name: 'dynamodb-local',
    run: () =>
      withServers([startDynamodbLocal], ([dynamodb = '']) =>
        runAll('DynamoDB Local', ['stores'], { dynamodb, sqs: '', s3: '', name }, ['DynamoDB Local']),
      ),
  },
  {
    name: 'elasticmq',
    run: () =>
      withServers([startElasticmq], ([sqs = '']) =>
        runAll('ElasticMQ', ['queue'], { dynamodb: '', sqs, s3: '', name }, ['ElasticMQ']),
      ),
  },
  {
    name: 'service',
    run: () =>
      withServers([startDynamodbLocal, startElasticmq, startOwnS3], ([dynamodb = '', sqs = '', s3 = '']) =>
        runAll('DynamoDB Local and ElasticMQ', ['service'], { dynamodb, sqs, s3, name }, [
          'DynamoDB Local',
          'ElasticMQ',
        ]),
      ),
  },
  {
    name: 'moto',
    run: () =>
      withServers([startMoto], ([moto = '']) =>
        runAll('moto', ['objects', 'queue', 'service', 'stores'], { dynamodb: moto, sqs: moto, s3: moto, name }, [
          'moto',
        ]),
      ),
  },
  {
    name: 'stack',
    run: () =>
      withServers([startMoto], async ([moto = '']) => {
        tell('the stack in moto’s CloudFormation');
        const stackName = await deployStack(moto, (line) => tell(`  ${line}`));
        const place = { dynamodb: moto, sqs: moto, s3: moto, name: stackName };
        return runAll('the stack in moto', ['stack', 'queue', 'service', 'stores'], place, ['moto']);
      }),
  },
];

function report(results: readonly Result[], broken: ReadonlyMap<string, string>): boolean {
  console.log('');
  const known = new Map<KnownDifference, Set<string>>();
  for (const { title, outcome } of results) {
    const { passed, failed, known: differing, outdated, seconds } = outcome;
    for (const { test, difference } of differing) known.set(difference, (known.get(difference) ?? new Set()).add(test));
    const verdict = failed.length === 0 && outdated.length === 0 ? 'pass' : 'FAIL';
    const notes = [`${passed} passed`, `${failed.length} failed`, `${differing.length} known differences`];
    console.log(`${verdict}  ${title.padEnd(44)} ${notes.join(', ')} (${seconds.toFixed(0)} s)`);
    for (const test of outdated) console.log(`      no longer differs; remove it from the list: ${test}`);
  }
  for (const [part, message] of broken) console.log(`FAIL  ${part}: ${message}`);
  if (known.size > 0) console.log('\nKnown differences');
  for (const [{ emulator, does, aws }, tests] of known)
    console.log(`- ${emulator} (${[...tests].join('; ')}): ${emulator} ${does} AWS: ${aws}`);
  return broken.size === 0 && results.every(({ outcome }) => outcome.failed.length + outcome.outdated.length === 0);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((one) => !parts.some((part) => part.name === one));
if (unknown.length > 0)
  throw new Error(`Part ${unknown.join(', ')} does not exist. Use: ${parts.map((part) => part.name).join(', ')}.`);
const results: Result[] = [];
const broken = new Map<string, string>();
for (const part of parts) {
  if (asked.length > 0 && !asked.includes(part.name)) continue;
  try {
    results.push(...(await part.run()));
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    broken.set(part.name, error instanceof Error ? error.message + cause : String(error));
    tell(`${part.name} could not run: ${broken.get(part.name)}`);
  }
}
// Vitest also sets it to 1 for known differences.
process.exitCode = report(results, broken) ? 0 : 1;
