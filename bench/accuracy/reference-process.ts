import { startReferenceServer } from './reference-server.ts';

/* The reference server in a process of its own: says its port, tells its log when asked, and ends with its parent. */

const server = await startReferenceServer();
process.on('message', () => {
  // With its clock beside it: a log is worth what its clock is.
  process.send?.({ kind: 'log', monotonicNs: process.hrtime.bigint(), log: server.takeLog() });
});
process.once('disconnect', () => process.exit());
process.send?.({ kind: 'listening', port: server.port });
