import { startEmbeddedDynamodb } from '../../infra/local/stores/embedded-dynamodb.ts';

/* The table in a process of its own, so that what it takes is not counted as the finalizer's. Ends with its parent. */

const { endpoint } = await startEmbeddedDynamodb({ dataDir: process.argv[2] ?? '' });
process.send?.(endpoint);
process.on('disconnect', () => process.exit(0));
