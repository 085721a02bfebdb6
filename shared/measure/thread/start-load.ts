import { setTimeout as sleep } from 'node:timers/promises';
import type { PhaseLoad } from '../../load/modes/load-mode.ts';
import type { Load, LoadContext } from '../load/load.ts';
import { runClosedLoop } from '../load/run-closed-loop.ts';
import { runRate } from '../load/run-rate.ts';
import type { PhaseOrder } from './messages.ts';
import type { RequestDeps } from './request-deps.ts';
import { settleYoung } from './warm-code.ts';

/** Delay in ms between the starts of two streams in a closed loop. All streams start within `maxRampMs`. */
const spreadMs = 3;
const maxRampMs = 500;
const maxGuessedStreams = 64;

const generators: { [Mode in PhaseLoad['mode']]: Generator<Extract<PhaseLoad, { mode: Mode }>> } = {
  concurrency: (context, { concurrency, ramp }, startMs) => {
    const { firstMs, spreadMs } = ramp ?? { firstMs: 0, spreadMs: computeSpreadMs(concurrency) };
    return runClosedLoop(context, { concurrency, minPeriodMs: null }, { startMs: startMs + firstMs, spreadMs });
  },
  rounds: (context, { concurrency, minPeriodMs }, startMs) =>
    runClosedLoop(context, { concurrency, minPeriodMs }, { startMs, spreadMs: computeSpreadMs(concurrency) }),
  rate: (context, { dueMs, maxConcurrency, whenFull = 'refuse' }, startMs) =>
    runRate(context, dueMs, { maxConcurrency, whenFull, startMs }),
};
type Generator<Phase extends PhaseLoad> = (context: LoadContext, load: Phase, startMs: number) => Load;

function computeSpreadMs(concurrency: number): number {
  return Math.min(spreadMs, maxRampMs / concurrency);
}

export function startLoad(context: LoadContext, load: PhaseLoad, startMs: number): Load {
  // TypeScript cannot infer from the table that the generator matches the load's mode.
  const generate = generators[load.mode] as Generator<PhaseLoad>;
  return generate(context, load, startMs);
}

/** Returns how many streams are open soon after the start (for a rate load, estimated from its first second). */
function countStreamsAtStart(load: PhaseLoad): number {
  if (!('dueMs' in load)) return load.concurrency;
  const firstMs = load.dueMs[0] ?? 0;
  const dueSoon = load.dueMs.filter((dueMs) => dueMs < firstMs + 1_000).length;
  return Math.min(load.maxConcurrency, dueSoon, maxGuessedStreams);
}

/** Maximum times in ms to wait for the first requests, and for connections to open. */
const prefillTimeoutMs = 2_000;
const warmTimeoutMs = 2_000;
/** How long in ms before the agreed start connections open. Servers might close connections that open earlier. */
const warmLeadMs = 1_500;
const connectionSpacingMs = 1;

/**
 * Waits until the load may start: its first requests have arrived, its connections are open, and the agreed time has
 * come. If requests or connections take too long, the load starts anyway.
 */
export async function waitForStart(
  deps: RequestDeps,
  order: PhaseOrder,
  prefilled: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    waitAtMost(prefilled, readStartDelayMs(order) + prefillTimeoutMs, signal),
    warmConnections(deps, order, signal),
  ]);
  // Collects the garbage from opening the connections, so that no collection interrupts the load.
  settleYoung();
  await pause(readStartDelayMs(order), signal);
}

/** Opens connections before the load, so that the first requests do not wait for many simultaneous handshakes. */
async function warmConnections(deps: RequestDeps, order: PhaseOrder, signal: AbortSignal): Promise<void> {
  if (deps.connection === 'fresh') return;
  await pause(readStartDelayMs(order) - warmLeadMs, signal);
  if (signal.aborted) return;
  const count = Math.min(order.count, countStreamsAtStart(order.load));
  await waitAtMost(deps.pool.warm(count, connectionSpacingMs), warmTimeoutMs, signal);
}

function readStartDelayMs({ startAtMs }: PhaseOrder): number {
  return startAtMs === null ? 0 : Math.max(0, startAtMs - Date.now());
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal }).catch(() => {});
}

async function waitAtMost(work: Promise<void>, limitMs: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(limitMs, AbortSignal.any([signal, over.signal]))]);
  over.abort();
}
