import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sign } from './instrument.ts';

/**
 * AWS accepts a signature for five minutes from its date, and requests are prepared ahead of need: in a slow load, by more
 * than that. So a request that still waits after two minutes is signed again, which leaves more than two and a half for
 * clocks that differ.
 */
const maxAgeMs = 120_000;
const checkEveryMs = 15_000;
/** Signed in one turn of the main thread's loop, at most: some milliseconds of work. */
const maxPerTurn = 32;

export type SignClock = {
  nowMs(): number;
  /** Runs the task again and again until the answer is called; keeps no process alive. */
  every(ms: number, task: () => void): () => void;
};

export const signClock: SignClock = {
  nowMs: () => performance.now(),
  every: (ms, task) => {
    const timer = setInterval(task, ms).unref();
    return () => clearInterval(timer);
  },
};

export type WaitingSigner = {
  /** Headers of the request that is handed over next, the `position`-th of the phase, counted from 1. */
  sign(position: number, index: number, sign: Sign): Promise<Record<string, string>>;
  /** The first `taken` requests of the phase wait no more. */
  onTaken(taken: number): void;
  close(): void;
};

/**
 * Signs requests on the worker's main thread as they are handed over, and keeps the signatures of those that wait fresh.
 * So the measuring thread never signs, and no request goes out with a signature that is near its end.
 * @param setHeaders tells the measuring thread of new headers; a request that was taken meanwhile is not there any more
 */
export function createWaitingSigner(
  setHeaders: (index: number, headers: Record<string, string>) => void,
  clock: SignClock,
): WaitingSigner {
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
      // The old signature stays; should it be too old, the server's refusal says so.
      .catch(() => {})
      .finally(() => {
        isRefreshing = false;
      });
  };
  return {
    sign: async (position, index, sign) => {
      callOff ??= clock.every(checkEveryMs, check);
      const signedAtMs = clock.nowMs();
      const headers = await sign();
      waiting.push({ position, index, sign, signedAtMs });
      return headers;
    },
    onTaken: (now) => {
      taken = now;
      while (waiting[0] !== undefined && waiting[0].position <= taken) waiting.shift();
    },
    close: () => {
      isClosed = true;
      callOff?.();
    },
  };
}
