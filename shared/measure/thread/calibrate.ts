import type { Exchange } from '../instrument.ts';
import { type RequestDeps, TimedRequest } from './timed-request.ts';

const body = new TextEncoder().encode('{}');

/**
 * Sends one request to the reference server whose answer nobody looks at: what either side does for the first time takes
 * longer, between the stamp and the write of an event too, and would pass for an error.
 */
export function warmReference(deps: RequestDeps): void {
  new TimedRequest(deps, { index: 0, body }, null, () => {}).send();
}

export type Calibration = {
  /** Sends no more; resolves when nothing of it is open. */
  stop(): Promise<void>;
};

/**
 * Keeps one request to the reference server open, through the same client, records and loop as the phase's own, from now
 * until it is stopped. It ends with the first one that fails: a reference that is gone is not asked again and again.
 * @param onExchange gets each, the one that the stop cuts off too
 */
export function startCalibration(deps: RequestDeps, onExchange: (exchange: Exchange) => void): Calibration {
  let open: TimedRequest | null = null;
  let isStopped = false;
  const over = Promise.withResolvers<void>();

  const send = () => {
    if (isStopped) return over.resolve();
    open = new TimedRequest(deps, { index: 0, body }, null, (exchange) => {
      open = null;
      onExchange(exchange);
      if (exchange.failure !== null) isStopped = true;
      setImmediate(send);
    });
    open.send();
  };
  send();
  return {
    stop: () => {
      isStopped = true;
      open?.abort();
      return over.promise;
    },
  };
}
