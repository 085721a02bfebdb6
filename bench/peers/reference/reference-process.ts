import { setPriority } from 'node:os';
import { type ReferenceMessage, referenceCommandSchema } from './reference-log.ts';
import { startReferenceServer } from './start-reference-server.ts';

/* The reference server as a process of its own, led over IPC. */

const [model = 'reference', tokensPerSecond = '33', min = '150', max = '350'] = process.argv.slice(2);
const say = (message: ReferenceMessage) => process.send?.(message);

try {
  // A tool that starves the machine then spoils its own figures rather than the server's.
  setPriority(-10);
} catch {
  console.error('The reference server runs without priority: this user may not give it any');
}

const server = await startReferenceServer({
  model,
  tokensPerSecond: Number(tokensPerSecond),
  firstTokenMs: { min: Number(min), max: Number(max) },
});

process.on('message', (raw) => {
  const command = referenceCommandSchema.parse(raw);
  if (command === 'stop') void server.close().then(() => process.disconnect());
  else say({ say: 'log', requests: [...server.log()] });
});
process.on('disconnect', () => process.exit());
say({ say: 'listening', url: server.url });
