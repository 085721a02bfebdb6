import { Worker } from 'node:worker_threads';
import type { InstrumentSession, Phase } from './instrument.ts';
import { createPhaseHandle, type MainPhase } from './phase-handle.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread/messages.ts';

/** How long the thread may take to end by itself before it is ended. */
const closeTimeoutMs = 2_000;

/**
 * Starts the measuring thread of a batch and waits until it is ready (code warmed up, nothing connected yet).
 * @throws Error where the thread does not come up: a bug, or no memory
 */
export async function openSession(entry: URL, options: ThreadOptions): Promise<InstrumentSession> {
  const thread = new Worker(entry, { workerData: options, name: 'measure', execArgv: [] });
  const opened = Promise.withResolvers<number>();
  const exited = Promise.withResolvers<void>();
  let phase: MainPhase | null = null;
  let failure: Error | null = null;
  let isClosing = false;

  const post = (message: ToThread, transfer: ArrayBuffer[] = []) => thread.postMessage(message, transfer);
  const fail = (error: Error) => {
    failure ??= error;
    opened.reject(failure);
    phase?.fail(failure);
    phase = null;
  };
  thread.on('message', (message: FromThread) => {
    if (message.kind === 'opened') opened.resolve(message.originWallMs);
    else phase?.receive(message);
  });
  thread.on('error', (error) => fail(new Error('The measuring thread failed', { cause: error })));
  thread.on('exit', () => {
    exited.resolve();
    fail(new Error(isClosing ? 'The session was closed' : 'The measuring thread ended unexpectedly'));
  });
  // The failure reaches whoever waits; a session that is closed before anyone does is no unhandled rejection.
  opened.promise.catch(() => {});

  const originWallMs = await opened.promise;
  return {
    originWallMs,
    run: (order: Phase, onExchange) => {
      if (failure !== null) throw failure;
      if (phase !== null) throw new Error('A phase is still running: a session runs one at a time');
      const running = createPhaseHandle(order, onExchange, post, () => {
        if (phase === running) phase = null;
      });
      phase = running;
      return running.handle;
    },
    close: async () => {
      isClosing = true;
      post({ kind: 'close' });
      const timer = setTimeout(() => thread.terminate(), closeTimeoutMs);
      await exited.promise;
      clearTimeout(timer);
    },
  };
}
