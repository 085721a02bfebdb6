import type { Resolve } from '../../shared/egress/open-socket.ts';

/** Time in ms after which a lookup that still waits fails. By then, the connection that needs it has timed out. */
const maxWaitMs = 10_000;

/**
 * Limits the concurrent lookups of each tenant. A lookup occupies a thread of the process for many seconds if its name
 * server does not respond, and there are only a few threads for all tenants.
 * @returns a function that returns the lookup function of a tenant
 */
export function shareLookups(
  resolve: Resolve,
  maxPerTenant: number,
  monotonicMs: () => number,
): (tenantId: string) => Resolve {
  const running = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  const end = (tenantId: string) => {
    const next = waiting.get(tenantId)?.shift();
    if (next !== undefined) return next();
    waiting.delete(tenantId);
    const count = (running.get(tenantId) ?? 1) - 1;
    if (count > 0) running.set(tenantId, count);
    else running.delete(tenantId);
  };
  return (tenantId) => (hostname, options, callback) => {
    const startMs = monotonicMs();
    const start = () => {
      if (monotonicMs() - startMs >= maxWaitMs) {
        end(tenantId);
        return callback(Object.assign(new Error('The lookup waited for too long'), { code: 'EAI_AGAIN' }), []);
      }
      resolve(hostname, options, (...result) => {
        end(tenantId);
        callback(...result);
      });
    };
    const count = running.get(tenantId) ?? 0;
    if (count >= maxPerTenant) {
      waiting.set(tenantId, [...(waiting.get(tenantId) ?? []), start]);
      return;
    }
    running.set(tenantId, count + 1);
    start();
  };
}
