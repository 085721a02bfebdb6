import { startEmbeddedDynamodb } from '../../infra/local/stores/embedded-dynamodb.ts';

/* The embedded DynamoDB in a process of its own, which a test may kill: told the directory, it prints its endpoint. */

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('Name the data directory');
const { endpoint } = await startEmbeddedDynamodb({ dataDir });
process.stdout.write(`${endpoint}\n`);
