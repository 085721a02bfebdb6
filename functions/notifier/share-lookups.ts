import type { Resolve } from '../../shared/egress/open-socket.ts';
import { createFairOrder, mayTakePlace } from '../../shared/fair-order.ts';

/** Time in ms after which a lookup that still waits fails. By then, the connection that needs it has timed out. */
const maxWaitMs = 10_000;
/** A tenant alone has at most an eighth of the lookups. */
const lookupsPerFreePlace = 1 / 7;

type Lookup = { tenantId: string; start(end: () => void): void };

/** Returns the number of lookups that run at the same time. Node.js (libuv) uses at most half of its threads for them. */
export function countLookupPlaces(threads: number): number {
  return Math.floor((threads + 1) / 2);
}

/**
 * Shares the lookups of the process among tenants. A lookup cannot be canceled, and occupies a thread for many seconds if
 * its name server does not respond. The lookups of a tenant whose names hang never occupy all threads.
 * @param places number of lookups that can run at the same time
 * @returns a function that returns the lookup function of a tenant
 */
export function shareLookups(
  resolve: Resolve,
  places: number,
  monotonicMs: () => number,
): (tenantId: string) => Resolve {
  const order = createFairOrder<Lookup>(places, {
    readTenant: ({ tenantId }) => tenantId,
    mayStart: (load) => mayTakePlace(load, lookupsPerFreePlace),
  });
  const startHeld = () => {
    for (let next = order.take(); next !== null; next = order.take()) {
      const lookup = next;
      lookup.start(() => {
        order.end(lookup);
        startHeld();
      });
    }
  };
  return (tenantId) => (hostname, options, callback) => {
    const startMs = monotonicMs();
    const start = (end: () => void) => {
      if (monotonicMs() - startMs >= maxWaitMs) {
        end();
        return callback(
          Object.assign(new Error('The DNS lookup waited too long for its turn'), { code: 'EAI_AGAIN' }),
          [],
        );
      }
      resolve(hostname, options, (...result) => {
        end();
        callback(...result);
      });
    };
    order.hold([{ tenantId, start }]);
    startHeld();
  };
}
