import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compareWithTruth, type RowErrors } from './compare-with-truth.ts';
import type { Truth } from './reference-server.ts';
import type { Measurement, SubjectName } from './row.ts';
import { countRequests, countTokensPerRequest, type Row } from './row.ts';

/** One run of one row by one subject. */
export type Run = Omit<Measurement, 'told'> & {
  subject: SubjectName;
  errors: RowErrors;
  tokens: number;
};

export type Reference = { port: number; takeLog(): Promise<Map<number, Truth>>; close(): void };

/** Starts the reference server's process. */
export async function startReference(): Promise<Reference> {
  const child = forkProcess('./reference-process.ts');
  // The types of the messages are those that reference-process.ts and subject-process.ts send.
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    takeLog: async () => {
      child.send('log');
      const [{ log, monotonicNs }] = (await once(child, 'message')) as [
        { log: Map<number, Truth>; monotonicNs: bigint },
      ];
      checkClock(monotonicNs);
      return log;
    },
    close: () => child.disconnect(),
  };
}

/**
 * Runs one subject in a separate process.
 * @param onProcess receives the process id before the measurement starts
 */
export async function runRow(
  reference: Reference,
  subject: SubjectName,
  row: Row,
  onProcess: (pid: number) => void = () => {},
): Promise<Run> {
  const child = forkProcess('./subject-process.ts');
  if (child.pid !== undefined) onProcess(child.pid);
  child.send({ subject, row, port: reference.port });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The process of ${subject} ended with code ${String(code)}.`);
  });
  // The process also ends by itself after it has sent its result.
  exited.catch(() => {});
  const [{ told, ...measurement }] = (await Promise.race([once(child, 'message'), exited])) as [Measurement];
  const errors = compareWithTruth({ told }, await reference.takeLog(), row.tokensPerChunk);
  await exited.catch(() => {});
  return { ...measurement, subject, errors, tokens: countRequests(row) * countTokensPerRequest(row) };
}

function forkProcess(entry: string): ChildProcess {
  return fork(new URL(entry, import.meta.url), [], { serialization: 'advanced', execArgv: ['--expose-gc'] });
}

/** Checks that both processes use the same clock, because their times are compared. */
function checkClock(theirsNs: bigint): void {
  const apartMs = Number(process.hrtime.bigint() - theirsNs) / 1e6;
  // A message arrives after it is sent, so the difference cannot be negative.
  if (apartMs < 0 || apartMs > 10_000)
    throw new Error(`The monotonic clocks of the processes differ by ${apartMs} ms.`);
}
