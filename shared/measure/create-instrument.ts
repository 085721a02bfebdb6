import { Worker } from 'node:worker_threads';
import type { Config } from '../config.ts';
import type { Instrument, InstrumentSession, Phase } from './instrument.ts';
import { createPhaseHandle, type MainPhase } from './phase-handle.ts';
import { startReference } from './start-reference.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread/messages.ts';

const defaultMaxResponseBytes = 8 * 1_024 * 1_024;
/** How long the thread may take to end by itself before it is ended. */
const closeTimeoutMs = 2_000;

export type InstrumentOptions = {
  /** Which addresses an endpoint may have; checked inside the look-up, at connect time. */
  egress: Config['egress'];
  /** Memory bound of one response body; a larger one ends as `too_large`. Default: 8 MiB. */
  maxResponseBytes?: number;
  /** Extra trusted certificates (PEM), for endpoints with a certificate authority of their own. */
  ca?: string;
  /** The measuring thread's entry, where a bundler has put it elsewhere. */
  threadEntry?: URL;
  /** The same of the reference server's thread; null: no reference stream, and no error bar. */
  referenceEntry?: URL | null;
};

/** The instrument: each session is a thread that does nothing but measure, with connections of its own. */
export function createInstrument(options: InstrumentOptions): Instrument {
  const { egress, maxResponseBytes = defaultMaxResponseBytes, ca = null } = options;
  const entry = options.threadEntry ?? new URL('./thread/measuring-thread.ts', import.meta.url);
  const { referenceEntry = new URL('./thread/reference-thread.ts', import.meta.url) } = options;
  return {
    openSession: (endpoint, timeouts) =>
      openSession({ entry, referenceEntry }, { endpoint, timeouts, egress, maxResponseBytes, ca }),
  };
}

/** Modules of the threads; without the second there is no reference stream. */
type ThreadEntries = { entry: URL; referenceEntry: URL | null };

/**
 * Starts the measuring thread of a batch and waits until it is ready (code warmed up, nothing connected yet); and beside it
 * the reference server that it is calibrated by.
 * @throws Error where the measuring thread does not come up: a bug, or no memory
 */
async function openSession(
  { entry, referenceEntry }: ThreadEntries,
  options: ThreadOptions,
): Promise<InstrumentSession> {
  const thread = new Worker(entry, { workerData: options, name: 'measure', execArgv: [] });
  const opened = Promise.withResolvers<Extract<FromThread, { kind: 'opened' }>>();
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
    if (message.kind === 'opened') opened.resolve(message);
    else phase?.receive(message);
  });
  thread.on('error', (error) => fail(new Error('The measuring thread failed', { cause: error })));
  thread.on('exit', () => {
    exited.resolve();
    fail(new Error(isClosing ? 'The session was closed' : 'The measuring thread ended unexpectedly'));
  });
  // The failure reaches whoever waits; a session that is closed before anyone does is no unhandled rejection.
  opened.promise.catch(() => {});

  const starting = referenceEntry === null ? null : startReference(referenceEntry);
  const { originWallMs, originMonotonicMs } = await opened.promise.catch(async (error: unknown) => {
    await (await starting)?.close();
    throw error;
  });
  const reference = await starting;
  if (reference?.port != null) post({ kind: 'reference', port: reference.port });
  return {
    originWallMs,
    originMonotonicMs,
    run: (order: Phase, onExchange) => {
      if (failure !== null) throw failure;
      if (phase !== null) throw new Error('A phase is still running: a session runs one at a time');
      const running = createPhaseHandle(order, { onExchange, originMonotonicMs }, post, () => {
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
      await reference?.close();
    },
  };
}
