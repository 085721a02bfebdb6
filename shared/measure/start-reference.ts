import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Reference = {
  /** Port of the server on loopback; null if it did not start. */
  port: number | null;
  close(): Promise<void>;
};

/** Limit for the start of the thread, and for its end. */
const timeoutMs = 5_000;

/**
 * Starts a session's reference server on its own thread. If it does not start, the session continues without a
 * measurement error, and the report says so.
 */
export async function startReference(entry: URL): Promise<Reference> {
  const thread = new Worker(entry, { name: 'reference', execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 32 } });
  const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  thread.on('error', () => {});
  const started = once(thread, 'message', { signal: AbortSignal.timeout(timeoutMs) });
  const [said] = (await Promise.race([started, exited]).catch(() => null)) ?? [];
  return {
    port: (said as { port: number | null } | undefined)?.port ?? null,
    close: async () => {
      thread.postMessage('close');
      const timer = setTimeout(() => thread.terminate(), timeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
