import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import workerThreads from 'node:worker_threads';

/* Setup of the unit tests: access outside the test's thread throws, so that the tests stay fast and repeatable. */

const forbid = (what: string) =>
  function forbidden(): never {
    throw new Error(`A unit test may not ${what}. Move it to test/embedded, test/accuracy, or test/infra.`);
  };

Object.assign(net.Server.prototype, { listen: forbid('listen on a socket') });
Object.assign(net.Socket.prototype, { connect: forbid('open a connection') });
for (const name of ['exec', 'execFile', 'fork', 'spawn', 'execFileSync', 'execSync', 'spawnSync'])
  Object.assign(childProcess, { [name]: forbid('start a process') });
Object.assign(workerThreads, { Worker: forbid('start a thread') });
syncBuiltinESMExports();
