import { setPriority } from 'node:os';
import { type ReferenceMessage, referenceCommandSchema } from './reference-log.ts';
import { startReferenceServer } from './start-reference-server.ts';

/* Runs the reference server in a separate process that is controlled over IPC. */

const [model = 'reference', tokensPerSecond = '33', min = '150', max = '350'] = process.argv.slice(2);
const say = (message: ReferenceMessage) => process.send?.(message);

try {
  // Protects the server's log from tools that use all CPUs.
  setPriority(-10);
} catch {
  console.error('The reference server runs with normal priority, because this user cannot raise it.');
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
