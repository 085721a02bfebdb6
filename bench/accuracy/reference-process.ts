import { startReferenceServer } from './reference-server.ts';

/* The reference server in a process of its own: says its port, and tells its log when asked. */

const server = await startReferenceServer();
process.on('message', () => {
  // Clocks first: a log is worth what its clock is.
  process.send?.({ kind: 'log', monotonicNs: process.hrtime.bigint(), log: server.takeLog() });
});
process.send?.({ kind: 'listening', port: server.port });
