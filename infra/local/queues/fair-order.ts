/**
 * Divides the free places of a pump among the tenants. A message of a tenant that has its share of the running ones is
 * held, up to a limit. When a place is free, the tenant with the fewest running messages comes first, then the longest-held message.
 * @param maxPerTenant maximum running messages of one tenant
 * @param maxHeldPerTenant maximum held messages of one tenant
 */
export function createFairOrder<T>(
  readTenant: (message: T) => string,
  maxPerTenant: number,
  maxHeldPerTenant = Number.POSITIVE_INFINITY,
) {
  const running = new Map<string, number>();
  let held: T[] = [];
  const countRunning = (message: T) => running.get(readTenant(message)) ?? 0;
  return {
    /** Holds messages. Returns those that exceed the limit of their tenant. */
    hold: (messages: readonly T[]): T[] =>
      messages.filter((message) => {
        const tenant = readTenant(message);
        const isFull = held.filter((other) => readTenant(other) === tenant).length >= maxHeldPerTenant;
        if (!isFull) held.push(message);
        return isFull;
      }),
    /** Returns the next message that may run, or null. The caller calls `end` when it has run. */
    take: (): T | null => {
      let next: T | null = null;
      for (const message of held) {
        const count = countRunning(message);
        if (count < maxPerTenant && (next === null || count < countRunning(next))) next = message;
      }
      if (next === null) return null;
      held = held.filter((message) => message !== next);
      running.set(readTenant(next), countRunning(next) + 1);
      return next;
    },
    end: (message: T): void => {
      const count = countRunning(message) - 1;
      if (count > 0) running.set(readTenant(message), count);
      else running.delete(readTenant(message));
    },
    listHeld: (): readonly T[] => held,
    /** Removes and returns all held messages. */
    clear: (): T[] => held.splice(0),
  };
}
