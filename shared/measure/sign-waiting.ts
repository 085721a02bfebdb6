import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sign } from './instrument.ts';

/** AWS accepts a signature for five minutes. Renewing it after two minutes leaves a margin for wrong clocks. */
const maxAgeMs = 120_000;
const checkEveryMs = 15_000;
/** Maximum number of signatures per turn of the main thread's event loop. 32 signatures take a few milliseconds. */
const maxPerTurn = 32;

export type SignClock = {
  nowMs(): number;
  /** Runs the task every `ms` milliseconds until the returned function is called. Does not keep the process running. */
  every(ms: number, task: () => void): () => void;
};

export const signClock: SignClock = {
  nowMs: () => performance.now(),
  every: (ms, task) => {
    const timer = setInterval(task, ms).unref();
    return () => clearInterval(timer);
  },
};

/**
 * Signs requests on the worker's main thread just before they go to the measuring thread. Renews the signatures of
 * requests that are still waiting there, before they expire. So the measuring thread never signs.
 * @param setHeaders sends new headers to the measuring thread, which ignores them if it has already taken the request
 */
export function createWaitingSigner(
  setHeaders: (index: number, headers: Record<string, string>) => void,
  clock: SignClock,
) {
  const waiting: { position: number; index: number; sign: Sign; signedAtMs: number }[] = [];
  let taken = 0;
  let callOff: (() => void) | null = null;
  let isRefreshing = false;
  let isClosed = false;

  const refresh = async () => {
    let signed = 0;
    for (const request of [...waiting]) {
      if (isClosed) return;
      if (request.position <= taken || clock.nowMs() - request.signedAtMs < maxAgeMs) continue;
      request.signedAtMs = clock.nowMs();
      const headers = await request.sign();
      if (!isClosed && request.position > taken) setHeaders(request.index, headers);
      if (++signed % maxPerTurn === 0) await nextTurn();
    }
  };
  const check = () => {
    if (isRefreshing) return;
    isRefreshing = true;
    refresh()
      // If signing fails, the request keeps its old signature. The server rejects an expired signature with an error.
      .catch(() => {})
      .finally(() => {
        isRefreshing = false;
      });
  };
  return {
    /** Returns signed headers for the next request to the thread. `position` is its number in the phase, from 1. */
    sign: async (position: number, index: number, sign: Sign) => {
      callOff ??= clock.every(checkEveryMs, check);
      const signedAtMs = clock.nowMs();
      const headers = await sign();
      waiting.push({ position, index, sign, signedAtMs });
      return headers;
    },
    /** Stops renewing the signatures of requests that the measuring thread has taken: the first `now` of the phase. */
    onTaken: (now: number) => {
      taken = now;
      while (waiting[0] !== undefined && waiting[0].position <= taken) waiting.shift();
    },
    close: () => {
      isClosed = true;
      callOff?.();
    },
  };
}
