import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

test.each([
  ['a connection', () => connect(9, '127.0.0.1')],
  ['a server', () => createServer().listen(0)],
  ['a process', () => spawn('true')],
  ['a thread', () => new Worker('', { eval: true })],
])('a unit test cannot open %s', (_, reachOut) => {
  expect(reachOut).toThrow('A unit test may not');
});
