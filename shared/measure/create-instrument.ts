import { Worker } from 'node:worker_threads';
import type { Egress } from '../config.ts';
import { defaultMaxResponseBytes } from '../response-limit.ts';
import type { Instrument, InstrumentSession, Phase } from './instrument.ts';
import { createPhaseHandle, type MainPhase } from './phase-handle.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread/messages.ts';

/** How long in ms `close` waits for the measuring thread to exit before it terminates the thread. */
const closeTimeoutMs = 2_000;

export type InstrumentOptions = {
  /** Egress rules: the IP addresses and ports that requests may connect to. Checked at connect time, after DNS. */
  egress: Egress;
  /** Maximum size of a response body in bytes. A larger response fails as `too_large`. Default: 256 MiB. */
  maxResponseBytes?: number;
  /** Extra trusted certificates (PEM), for endpoints whose certificate comes from a private certificate authority. */
  ca?: string;
  /** URL of the measuring thread's module. A bundle that moves this module must set this option. */
  threadEntry?: URL;
  /** URL of the reference server's module. If null, no reference server runs, and no measurement error is reported. */
  referenceEntry?: URL | null;
};

/** Creates the instrument. Each session has its own connections, and its own thread that only measures. */
export function createInstrument(options: InstrumentOptions): Instrument {
  const { egress, maxResponseBytes = defaultMaxResponseBytes, ca = null } = options;
  const entry = options.threadEntry ?? new URL('./thread/measuring-thread.ts', import.meta.url);
  const { referenceEntry = new URL('./thread/reference-thread.ts', import.meta.url) } = options;
  return {
    openSession: (endpoint, timeouts, keepsWire = false) =>
      openSession({ entry, referenceEntry }, { endpoint, timeouts, egress, maxResponseBytes, ca, keepsWire }),
  };
}

/**
 * Starts a batch's measuring thread and the reference server that calibrates it. Waits until the thread's code is
 * warmed up. Does not connect to the target yet.
 * @throws Error if the measuring thread does not start (because of a bug or a lack of memory)
 */
async function openSession(
  { entry, referenceEntry }: { entry: URL; referenceEntry: URL | null },
  options: ThreadOptions,
): Promise<InstrumentSession> {
  const thread = new Worker(entry, { workerData: options, name: 'measure', execArgv: [] });
  const opened = Promise.withResolvers<Extract<FromThread, { kind: 'opened' }>>();
  const exited = waitForExit(thread);
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
  thread.on('exit', () =>
    fail(new Error(isClosing ? 'The session was closed' : 'The measuring thread ended unexpectedly')),
  );
  const reference = referenceEntry === null ? null : startReference(referenceEntry);
  const { originWallMs, originMonotonicMs } = await opened.promise.catch(async (error: unknown) => {
    await reference?.close();
    throw error;
  });
  const port = (await reference?.port) ?? null;
  if (port !== null) post({ kind: 'reference', port });
  return {
    originWallMs,
    originMonotonicMs,
    run: (order: Phase, onExchange, onPart) => {
      if (failure !== null) throw failure;
      if (phase !== null) throw new Error(stillRunning);
      const running = createPhaseHandle(order, { onExchange, onPart, originMonotonicMs }, post, () => {
        if (phase === running) phase = null;
      });
      phase = running;
      return running.handle;
    },
    close: async () => {
      isClosing = true;
      await endThread(thread, exited, { kind: 'close' }, closeTimeoutMs);
      await reference?.close();
    },
  };
}

const stillRunning = 'A phase is still running. Wait until it ends, because a session runs only one phase at a time';

/** Maximum time in ms for the reference thread to start, and for it to exit. */
const referenceTimeoutMs = 5_000;

/** Starts a session's reference server on its own thread. The port is null if the server does not start. */
function startReference(entry: URL) {
  const thread = new Worker(entry, { name: 'reference', execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 32 } });
  const exited = waitForExit(thread);
  thread.on('error', () => {});
  const port = Promise.withResolvers<number | null>();
  thread.once('message', (message: { port: number | null }) => port.resolve(message.port));
  exited.then(() => port.resolve(null));
  setTimeout(() => port.resolve(null), referenceTimeoutMs).unref();
  return { port: port.promise, close: () => endThread(thread, exited, 'close', referenceTimeoutMs) };
}

function waitForExit(thread: Worker): Promise<void> {
  return new Promise((resolve) => thread.once('exit', () => resolve()));
}

/** Asks a thread to exit, and terminates it if it has not exited after `timeoutMs`. */
async function endThread(thread: Worker, exited: Promise<void>, message: unknown, timeoutMs: number): Promise<void> {
  thread.postMessage(message);
  const timer = setTimeout(() => thread.terminate(), timeoutMs);
  await exited;
  clearTimeout(timer);
}
