import type { Exchange } from '../instrument.ts';
import type { RequestDeps } from './request-deps.ts';
import { TimedRequest } from './timed-request.ts';

const body = new TextEncoder().encode('{}');

/** Warms up the reference server with one request, because a slow first request would look like a measurement error. */
export function warmReference(deps: RequestDeps): void {
  new TimedRequest(deps, { index: 0, body }, null, () => {}).send();
}

/**
 * Keeps one request to the reference server open until `stop` is called. It uses the same client, recordings and event
 * loop as the phase's requests. Stops at the first failure, because the server may have exited.
 * @param onExchange receives each exchange, including the one that `stop` aborts
 */
export function startCalibration(deps: RequestDeps, onExchange: (exchange: Exchange) => void) {
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
    /** Stops sending requests. Resolves when no request is open. */
    stop: (): Promise<void> => {
      isStopped = true;
      open?.abort();
      return over.promise;
    },
  };
}
