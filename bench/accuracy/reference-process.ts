import { startReferenceServer } from './reference-server.ts';

/* Runs the reference server in a separate process: sends its port, sends its log on request, and ends with its parent. */

const server = await startReferenceServer();
process.on('message', () => {
  // The parent compares the clock of this process with its own.
  process.send?.({ kind: 'log', monotonicNs: process.hrtime.bigint(), log: server.takeLog() });
});
process.once('disconnect', () => process.exit());
process.send?.({ kind: 'listening', port: server.port });
