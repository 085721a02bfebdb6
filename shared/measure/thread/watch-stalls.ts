import type { Exchange, Stall } from '../instrument.ts';

/** Interval in ms at which the thread checks whether it stalled. */
const tickMs = 10;

/**
 * Minimum length in ms of a stall, and of the part of a stall in which a disturbed request was open. It is four times
 * the longest delay of the accuracy benches (11.4 ms), so an undisturbed worker has no stalls. It is also 10 % of a
 * TTFT of 500 ms: a trusted run's timestamps may be 10 % late. The reference stream measures shorter delays.
 */
export const minStallMs = 50;

/** Clocks in ms. `nowMs` is monotonic, since the session's origin; `wallMs` is Unix time. */
export type StallClocks = { nowMs(): number; wallMs(): number };

/**
 * Creates a log of the thread's stalls. `look` compares the clocks with the previous look, at most one tick ago. A late
 * look is a stall. If the wall clock and the monotonic clock moved by different amounts, this is also a stall, because
 * the monotonic clock of a suspended machine stops.
 */
export function createStallLog({ nowMs, wallMs }: StallClocks) {
  const stalls: (Stall & { isClockJump: boolean })[] = [];
  let lastMs = nowMs();
  let lastOffsetMs = wallMs() - lastMs;

  const look = () => {
    const atMs = nowMs();
    const offsetMs = wallMs() - atMs;
    const lateMs = atMs - lastMs - tickMs;
    const jumpMs = Math.abs(offsetMs - lastOffsetMs);
    const lengthMs = Math.max(lateMs, jumpMs);
    if (lengthMs >= minStallMs)
      stalls.push({ fromMs: lastMs, toMs: atMs, lengthMs, isClockJump: jumpMs >= minStallMs });
    lastMs = atMs;
    lastOffsetMs = offsetMs;
  };

  /** Returns whether a stall overlaps the request for at least `minStallMs`, or whether the clocks jumped meanwhile. */
  const isDisturbed = ({ dueMs, startMs, endMs }: Pick<Exchange, 'dueMs' | 'startMs' | 'endMs'>): boolean => {
    const fromMs = Math.min(dueMs, startMs ?? dueMs);
    const toMs = endMs ?? fromMs;
    for (let k = stalls.length - 1; k >= 0; k--) {
      const stall = stalls[k];
      if (stall === undefined || stall.toMs <= fromMs) return false;
      const sharedMs = Math.min(toMs, stall.toMs) - Math.max(fromMs, stall.fromMs);
      if (sharedMs >= (stall.isClockJump ? 0 : minStallMs)) return true;
    }
    return false;
  };

  return { look, isDisturbed, list: (): Stall[] => stalls.map(({ isClockJump: _, ...stall }) => stall) };
}

/** Watches this thread's stalls with a timer. During the load, each tick only reads two clocks. */
export function watchStalls({ nowMs }: Pick<StallClocks, 'nowMs'>) {
  const log = createStallLog({ nowMs, wallMs: () => Date.now() });
  const timer = setInterval(log.look, tickMs).unref();
  return {
    /** Sets `disturbed` in ended exchanges. Looks at the clocks first, because an exchange can end before a late tick. */
    mark: (exchanges: readonly Exchange[]): void => {
      log.look();
      for (const exchange of exchanges) exchange.disturbed = log.isDisturbed(exchange);
    },
    /** Ends the watch. Returns all stalls that ended after the given time. */
    end: (fromMs: number): Stall[] => {
      clearInterval(timer);
      log.look();
      return log.list().filter(({ toMs }) => toMs > fromMs);
    },
  };
}
