import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';

/* Runs the embedded DynamoDB in a separate process, which a test may kill. It prints its endpoint. */

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('Give the data directory as an argument.');
const { endpoint } = await startEmbeddedDynamodb({ dataDir });
process.stdout.write(`${endpoint}\n`);
