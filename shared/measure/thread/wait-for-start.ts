import { setTimeout as sleep } from 'node:timers/promises';
import type { PhaseOrder } from './messages.ts';
import { settleYoung } from './settle-heap.ts';
import { countStreamsAtStart } from './start-load.ts';
import type { RequestDeps } from './timed-request.ts';

/** Limits on waiting for the first requests, and for connections. */
const prefillTimeoutMs = 2_000;
const warmTimeoutMs = 2_000;
/** Connections open this long before an agreed start, late enough to still be open then. */
const warmLeadMs = 1_500;
const connectionSpacingMs = 1;

/**
 * Waits until the load may start: its first requests have arrived, its connections are open, and the agreed time has
 * come. The first two waits are limited; afterwards the load starts with what it has.
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
  // Collects the garbage of opening the connections before the load starts.
  settleYoung();
  await pause(readStartDelayMs(order), signal);
}

/** Opens connections before the first requests, so that those do not wait for many handshakes at once. */
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
