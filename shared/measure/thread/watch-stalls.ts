import type { Exchange, Stall } from '../instrument.ts';

/** Interval in ms at which the thread checks whether it stalled. */
const tickMs = 10;

/**
 * Minimum length of a stall in ms. It is four times the longest delay of the accuracy benches (11.4 ms), so a worker
 * that works normally has no stalls. The measurement error of the reference stream includes shorter delays.
 */
export const minStallMs = 50;
/**
 * A request tolerates stalls of this share of its time without them, the share by which timestamps may be late in a
 * trusted run. It never tolerates more than `maxToleratedMs`, which would be a striking pause between two chunks.
 */
const toleratedShare = 0.1;
const maxToleratedMs = 500;

/** Clocks in ms. `nowMs` is monotonic, since the session's origin; `wallMs` is Unix time. */
export type StallClocks = { nowMs(): number; wallMs(): number };

type Times = Pick<Exchange, 'dueMs' | 'startMs' | 'endMs' | 'readsAtMs'>;

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

  /** Returns whether stalls distort a request: its whole time since it was due, or that time up to the first read. */
  const isDisturbed = ({ dueMs, startMs, endMs, readsAtMs }: Times): boolean => {
    const fromMs = Math.min(dueMs, startMs ?? dueMs);
    if (endMs === null) return false;
    const firstMs = readsAtMs[0] ?? endMs;
    let [stalledMs, stalledFirstMs] = [0, 0];
    for (let k = stalls.length - 1; k >= 0; k--) {
      const stall = stalls[k];
      if (stall === undefined || stall.toMs <= fromMs) break;
      if (stall.fromMs > endMs) continue;
      // The monotonic clock does not show how long a jump took.
      if (stall.isClockJump) return true;
      stalledMs += Math.min(endMs, stall.toMs) - Math.max(fromMs, stall.fromMs);
      stalledFirstMs += Math.max(0, Math.min(firstMs, stall.toMs) - Math.max(fromMs, stall.fromMs));
    }
    return isBeyond(stalledMs, endMs - fromMs) || isBeyond(stalledFirstMs, firstMs - fromMs);
  };

  return { look, isDisturbed, list: (): Stall[] => stalls.map(({ isClockJump: _, ...stall }) => stall) };
}

function isBeyond(stalledMs: number, wholeMs: number): boolean {
  const toleratedMs = Math.max(minStallMs, toleratedShare * (wholeMs - stalledMs));
  return stalledMs >= Math.min(maxToleratedMs, toleratedMs);
}

/** Watches this thread's stalls with a timer. During the load, each tick only reads two clocks. */
export function watchStalls({ nowMs }: Pick<StallClocks, 'nowMs'>) {
  const log = createStallLog({ nowMs, wallMs: () => Date.now() });
  const timer = setInterval(log.look, tickMs).unref();
  return {
    /** Sets `disturbed` in ended exchanges. Looks at the clocks first, because an exchange can end before a late tick. */
    mark: (exchanges: readonly Exchange[]): void => {
      log.look();
      for (const exchange of exchanges) exchange.disturbed ||= log.isDisturbed(exchange);
    },
    /**
     * Returns whether a stall led to the refusal of a request that was due at `dueMs`: because many requests became due
     * during the stall, or because it delayed the end of the longest open request, which was due at `oldestMs`.
     */
    isRefusalDisturbed: (dueMs: number, oldestMs: number): boolean => {
      log.look();
      const refused = { startMs: null, endMs: nowMs(), readsAtMs: new Float64Array() };
      return [dueMs, oldestMs].some((fromMs) => log.isDisturbed({ ...refused, dueMs: fromMs }));
    },
    /** Ends the watch. Returns all stalls that ended after the given time. */
    end: (fromMs: number): Stall[] => {
      clearInterval(timer);
      log.look();
      return log.list().filter(({ toMs }) => toMs > fromMs);
    },
  };
}
