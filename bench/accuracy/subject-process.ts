import { Worker } from 'node:worker_threads';
import { measureInstrument, watchProcess } from './measure-instrument.ts';
import type { Measurement, Row, SubjectName, Told } from './row.ts';

/* Measures one row with one subject in a fresh process, like a worker at its first batch. */

process.once('message', async ({ subject, row, port }: { subject: SubjectName; row: Row; port: number }) => {
  const measurement =
    subject === 'floor' ? await measureFloor(row, port) : await measureInstrument(row, port, subject === 'instrument');
  process.send?.(measurement, () => process.disconnect());
});

type FromFloor =
  | { kind: 'ready' }
  | { kind: 'told'; told: Told }
  | { kind: 'done'; reads: number; threadCpuUs: number };

/** Runs a row with the bare socket reader. */
function measureFloor(row: Row, port: number): Promise<Measurement> {
  const thread = new Worker(new URL('./floor-thread.ts', import.meta.url), { workerData: { row, port }, execArgv: [] });
  const over = Promise.withResolvers<Measurement>();
  const told: Told[] = [];
  let endWatch: ReturnType<typeof watchProcess> = watchProcess();
  thread.on('error', over.reject);
  thread.on('message', (message: FromFloor) => {
    if (message.kind === 'told') told.push(message.told);
    else if (message.kind === 'ready') {
      endWatch = watchProcess();
      thread.postMessage('go');
    } else {
      const { reads, threadCpuUs } = message;
      const none = { selfErrorP50Ms: null, selfErrorP99Ms: null };
      over.resolve({ told, reads, threadCpuUs, ...endWatch(), ...none });
    }
  });
  return over.promise;
}
