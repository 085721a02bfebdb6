import { startEmbeddedDynamodb } from '../../infra/local/stores/embedded-dynamodb.ts';

/* Runs the table in a separate process, so that its resource use does not count for the finalizer. Ends with its parent. */

const { endpoint } = await startEmbeddedDynamodb({ dataDir: process.argv[2] ?? '' });
process.send?.(endpoint);
process.on('disconnect', () => process.exit(0));
