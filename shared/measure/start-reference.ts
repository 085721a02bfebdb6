import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Reference = {
  /** Of the server on loopback; null where there is none. */
  port: number | null;
  close(): Promise<void>;
};

/** How long the thread may take to come up, and to go. */
const timeoutMs = 5_000;

/**
 * Starts the reference server of a session on a thread of its own. Where it does not come up, the session does without:
 * its measurements are then without an error bar, and say so.
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
